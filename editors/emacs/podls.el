;; Emacs 29 and newer, or 28 with the package eglot: add this to init.el.
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '((yaml-mode yaml-ts-mode) . ("podls")))
  (add-to-list 'eglot-server-programs '((js-json-mode json-mode json-ts-mode) . ("podls"))))
(dolist (hook '(yaml-mode-hook yaml-ts-mode-hook))
  (add-hook hook #'eglot-ensure))
;; (setq-default eglot-workspace-configuration '(:podls (:kubernetes "1.35" :rules (:port-clash "off"))))
