;; emacs --batch -l INIT.el -l emacs.el FILE: prints, as JSON, what Emacs holds of podls at work in the file. See `test_emacs.py`.
(require 'eglot)
(require 'json)

(defun probe-until (what condition)
  "Wait until CONDITION gives something, and give that; WHAT is what is told when it never does."
  (let ((end (+ (float-time) 60)) found)
    (while (not (setq found (funcall condition)))
      (when (> (float-time) end) (error "Not in time: %s" what))
      (accept-process-output nil 0.02))
    found))

(defun probe-diagnostics ()
  "Each diagnostic that flymake shows: the text under it and its message."
  (eglot--signal-textDocument/didChange) ; What an idle timer does, which a batch never gives the time for.
  (flymake-start)
  (mapcar (lambda (it) (cons (buffer-substring (flymake-diagnostic-beg it) (flymake-diagnostic-end it)) (flymake-diagnostic-text it)))
          (flymake-diagnostics)))

(defun probe-goto (text)
  "Go to the end of TEXT."
  (goto-char (point-min))
  (search-forward text))

(defun probe-completions ()
  "What can be inserted at point, and how the completion that begins there begins."
  (pcase-let ((`(,start ,end ,table . ,_) (eglot-completion-at-point)))
    (mapcar #'substring-no-properties (all-completions (buffer-substring start end) table))))

(let ((seen nil) (title nil))
  (find-file (pop command-line-args-left))
  ;; Without a terminal nothing is awaited that `eglot-ensure` could follow.
  (run-hooks 'post-command-hook)
  (push (cons 'mode major-mode) seen)
  (push (cons 'diagnostics (probe-until "diagnostics" #'probe-diagnostics)) seen)

  ;; The one quick fix, taken from the menu in which eglot shows it.
  (probe-goto "spce")
  (backward-char 2)
  (cl-letf ((last-nonmenu-event ?a) ; A key, so no menu for the mouse.
            ((symbol-function 'completing-read) (lambda (_ choices &rest _) (setq title (car (all-completions "" choices))))))
    (call-interactively #'eglot-code-actions))
  (push (cons 'fix title) seen)
  (push (cons 'fixed (buffer-substring (line-beginning-position) (line-end-position))) seen)
  (push (cons 'left (probe-until "the diagnostics of the fixed text" (lambda () (let ((left (probe-diagnostics))) (and (= 1 (length left)) left))))) seen)

  ;; A hover, through eldoc.
  (probe-goto "volumeMou")
  (let (hover)
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq hover text)))
    (push (cons 'hover (substring-no-properties (probe-until "a hover" (lambda () hover)))) seen))

  ;; The name of a volume, half typed.
  (probe-goto "/tomcat/logs\n")
  (probe-goto "- name: app-")
  (delete-region (point) (line-end-position))
  (push (cons 'completions (probe-completions)) seen)
  (push (cons 'completed (progn (completion-at-point) (buffer-substring (line-beginning-position) (line-end-position)))) seen)

  (princ (json-encode seen))
  (eglot-shutdown (eglot-current-server)))
