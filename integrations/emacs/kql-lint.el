;;; kql-lint.el --- Lint KQL detection rules  -*- lexical-binding: t; -*-

;; Version: 0.1
;; Package-Requires: ((emacs "27.1"))
;; Keywords: tools, languages

;;; Commentary:

;; Findings as Flymake diagnostics while you edit; M-x compile knows the output.
;;
;;   (add-to-list 'load-path "/path/to/this/folder")
;;   (require 'kql-lint)
;;   (kql-lint-global-setup)

;;; Code:

(require 'compile)
(require 'flymake)

(defgroup kql-lint nil
  "Lint KQL detection rules."
  :group 'tools)

(defcustom kql-lint-program "kql-lint"
  "The program, by its name or its path."
  :type 'string)

(defcustom kql-lint-file-regexp "\\.\\(kql\\|csl\\|kusto\\|ya?ml\\|json\\|bicep\\|tf\\|md\\|ipynb\\)\\'"
  "The names of the files that `kql-lint-global-setup' has linted."
  :type 'regexp)

(defconst kql-lint--types '(("error" . :error) ("warning" . :warning) ("info" . :note)))

(defvar-local kql-lint--process nil)

(defun kql-lint--position (place)
  "The position of PLACE, which has a row and a column, counted from 1."
  (save-excursion
    (save-restriction
      (widen)
      (goto-char (point-min))
      (forward-line (1- (gethash "row" place)))
      (min (line-end-position) (+ (point) (1- (gethash "column" place)))))))

(defun kql-lint--diagnostic (record)
  "The diagnostic that RECORD, a finding read from JSON, stands for."
  (let ((start (kql-lint--position (gethash "location" record)))
        (end (kql-lint--position (gethash "end_location" record))))
    (flymake-make-diagnostic (current-buffer) start (max end (min (1+ start) (point-max)))
                             (cdr (assoc (gethash "severity" record) kql-lint--types))
                             (format "%s %s" (gethash "code" record) (gethash "message" record)))))

(defun kql-lint--report (process buffer report-fn)
  "Hand what PROCESS printed about BUFFER to REPORT-FN, unless it is outdated."
  (when (and (buffer-live-p buffer) (eq process (buffer-local-value 'kql-lint--process buffer)))
    (let ((records (with-current-buffer (process-buffer process)
                     (goto-char (point-min))
                     (ignore-errors (json-parse-buffer :array-type 'list)))))
      (with-current-buffer buffer
        (funcall report-fn (mapcar #'kql-lint--diagnostic records))))))

(defun kql-lint-flymake (report-fn &rest _)
  "A Flymake backend: lint this buffer and call REPORT-FN with what was found."
  (unless (executable-find kql-lint-program)
    (error "There is no program %s" kql-lint-program))
  (when (process-live-p kql-lint--process)
    (kill-process kql-lint--process))
  (let ((buffer (current-buffer)))
    (setq kql-lint--process
          (make-process
           :name "kql-lint" :noquery t :connection-type 'pipe
           :buffer (generate-new-buffer " *kql-lint*")
           :stderr (get-buffer-create " *kql-lint-errors*")
           :command (list kql-lint-program "check" "-" "--output-format" "json"
                          "--stdin-filename" (or buffer-file-name "buffer.kql"))
           :sentinel (lambda (process _event)
                       (when (eq 'exit (process-status process))
                         (unwind-protect (kql-lint--report process buffer report-fn)
                           (kill-buffer (process-buffer process)))))))
    (save-restriction
      (widen)
      (process-send-region kql-lint--process (point-min) (point-max)))
    (process-send-eof kql-lint--process)))

(defun kql-lint-setup ()
  "Lint this buffer with Flymake."
  (add-hook 'flymake-diagnostic-functions #'kql-lint-flymake nil t)
  (flymake-mode 1))

(defun kql-lint--maybe-setup ()
  "Lint this buffer with Flymake if its file may hold KQL."
  (when (and buffer-file-name (string-match-p kql-lint-file-regexp buffer-file-name))
    (kql-lint-setup)))

(defun kql-lint-global-setup ()
  "Lint every file that may hold KQL, from when it is opened on."
  (add-hook 'find-file-hook #'kql-lint--maybe-setup))

;; The output of: kql-lint check --output-format concise
(add-to-list 'compilation-error-regexp-alist-alist
             '(kql-lint
               "^\\(.+?\\):\\([0-9]+\\):\\([0-9]+\\): KL[0-9]+ \\[\\(?:error\\|\\(warning\\)\\|\\(info\\)\\)\\] "
               1 2 3 (4 . 5)))
(add-to-list 'compilation-error-regexp-alist 'kql-lint)

(provide 'kql-lint)
;;; kql-lint.el ends here
