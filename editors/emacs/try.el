;; The configuration of `editors/try emacs`, with the diagnostics in a window below. `podls.el` is loaded before.
(setq user-emacs-directory (file-name-as-directory (expand-file-name "emacs" (getenv "XDG_CONFIG_HOME")))
      make-backup-files nil
      create-lockfiles nil
      inhibit-startup-screen t)
(require 'package)
(package-initialize)
(require 'eglot)
;; Emacs 29 has a mode of its own for YAML, which needs a grammar; without either there is no highlighting, but podls works.
(unless (or (fboundp 'yaml-mode) (and (fboundp 'treesit-ready-p) (treesit-ready-p 'yaml t)))
  (define-derived-mode yaml-mode text-mode "YAML"))
(when (fboundp 'yaml-mode)
  (add-to-list 'auto-mode-alist '("\\.ya?ml\\'" . yaml-mode)))
(add-hook 'eglot-managed-mode-hook (lambda () (when (eglot-managed-p) (flymake-show-buffer-diagnostics))))
(setq-default header-line-format " C-h . hover   M-x eglot-code-actions   C-M-i completion   M-x flymake-goto-next-error   C-x C-c quit")
