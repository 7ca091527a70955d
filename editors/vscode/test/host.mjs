// Runs the suites of ./host inside the extension host; the browser is only there to make VS Code start it.
//
// A released VS Code for the web runs no `extensionTestsPath`, so a second extension, thrown away afterwards, calls `run()` at the start.
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { EXTENSION, PODLS, ROOT, until, withCode } from './code.mjs';

const manifest = JSON.parse(readFileSync(join(EXTENSION, 'package.json'), 'utf8'));
if (!existsSync(PODLS)) throw new Error(`there is no ${PODLS}: cargo build --release`);

const common = { absWorkingDir: EXTENSION, bundle: true, platform: 'node', format: 'cjs', external: ['vscode'], loader: { '.yaml': 'text' } };
buildSync({ ...common, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', sourcemap: 'inline' });
buildSync({ ...common, entryPoints: ['alone', 'beside', 'redhat'].map((name) => `test/host/${name}.ts`), outdir: 'dist/test' });

/** Puts an extension that is one file beside ours. Folders in a place that has no index yet are taken up at the first start. */
function put(code, name, bundle, more) {
  const folder = join(code.extensions, `${more.publisher}.${name}-0.0.1`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '0.0.1', engines: manifest.engines, main: './main.js', ...more }));
  copyFileSync(join(EXTENSION, 'dist', 'test', `${bundle}.js`), join(folder, 'main.js'));
}

async function suite(code, name) {
  const results = join(code.home, 'results.json');
  const ours = join(code.extensions, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
  for (const part of ['package.json', 'dist/extension.js']) cpSync(join(EXTENSION, part), join(ours, part), { recursive: true });
  put(code, 'suite', name, { publisher: 'test', activationEvents: ['onStartupFinished'] });
  cpSync(join(ROOT, 'examples'), join(code.folder, 'examples'), { recursive: true });
  const podls = join(code.home, 'podls');
  code.tap(podls, PODLS);
  code.settings({ 'podls.server.path': podls });
  await code.open({ env: { PODLS_TEST_RESULTS: results, PODLS_TEST_PID: code.pid } });
  await until('the suite ends', () => existsSync(results), 300_000);
  const report = JSON.parse(readFileSync(results, 'utf8'));
  for (const { name, ms, error } of report) console.log(`${error ? 'FAILED' : 'ok'}  ${name}  ${ms} ms${error ? `\n${error}` : ''}`);
  if (report.some(({ error }) => error)) throw new Error('tests failed');
  code.checkProtocol();
}

await withCode('in the extension host, alone', (code) => suite(code, 'alone'));
await withCode("in the extension host, beside Red Hat's YAML extension", (code) => {
  const server = join(EXTENSION, 'test', 'kit', 'node_modules', 'yaml-language-server', 'bin', 'yaml-language-server');
  writeFileSync(join(code.home, 'yaml-language-server'), server);
  put(code, 'vscode-yaml', 'redhat', {
    publisher: 'redhat',
    activationEvents: ['onLanguage:yaml'],
    contributes: {
      configuration: {
        properties: {
          'yaml.schemas': { type: 'object', default: {} },
          'yaml.validate': { type: 'boolean', default: true },
          'yaml.hover': { type: 'boolean', default: true },
          'yaml.completion': { type: 'boolean', default: true },
        },
      },
    },
  });
  return suite(code, 'beside');
});
