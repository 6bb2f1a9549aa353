;;; kql-lint.el --- Lint and complete KQL detection rules  -*- lexical-binding: t; -*-

;; Version: 0.2
;; Package-Requires: ((emacs "29.1"))
;; Keywords: tools, languages

;;; Commentary:

;; A mode for KQL, kql-lint's language server in Eglot, and its output in M-x compile.
;;
;;   (add-to-list 'load-path "/path/to/this/folder")
;;   (require 'kql-lint)
;;
;; In KQL the server starts by itself; in YAML, JSON and others that have rules: M-x eglot.

;;; Code:

(require 'compile)

(define-derived-mode kql-mode prog-mode "KQL"
  "A mode for queries in KQL."
  (setq-local comment-start "// "))

(add-to-list 'auto-mode-alist '("\\.\\(?:kql\\|csl\\|kusto\\)\\'" . kql-mode))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((kql-mode yaml-mode yaml-ts-mode json-mode js-json-mode json-ts-mode markdown-mode terraform-mode)
                 . ("kql-lint" "lsp"))))

(add-hook 'kql-mode-hook #'eglot-ensure)

;; The output of: kql-lint check --output-format concise
(add-to-list 'compilation-error-regexp-alist-alist
             '(kql-lint
               "^\\(.+?\\):\\([0-9]+\\):\\([0-9]+\\): KL[0-9]+ \\[\\(?:error\\|\\(warning\\)\\|\\(info\\)\\)\\] "
               1 2 3 (4 . 5)))
(add-to-list 'compilation-error-regexp-alist 'kql-lint)

(provide 'kql-lint)
;;; kql-lint.el ends here
