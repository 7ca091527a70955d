---@brief
---
--- https://github.com/podls/podls
---
--- Language server for Kubernetes Pods in YAML and JSON. No configuration is required. Example settings:
---
--- ```lua
--- vim.lsp.config('podls', {
---   settings = { podls = { kubernetes = '1.35', rules = { ['port-clash'] = 'off' } } },
--- })
--- ```

---@type vim.lsp.Config
return {
  cmd = { 'podls' },
  filetypes = { 'yaml', 'json', 'helm' },
  root_markers = { '.podls.yaml', '.podls.yml', '.git' },
}
