// Opens VS Code with podls and an example, in a profile that is thrown away afterwards. It is your own `code`; without one, VS Code for the
// browser (code-server), which is got into test/kit.
//
//   ./try [FILE]     builds the extension if that was not done yet, and opens FILE or a copy of the example
//   ./try --check    does everything but open it
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { HERE, builtHere } from './platform.mjs';

const FILE = 'pod-volume-applogs.yaml';
const EXAMPLE = join(HERE, '..', '..', 'examples', 'broken', FILE);
const CHECK = process.argv.includes('--check');
const given = process.argv.slice(2).find((it) => !it.startsWith('-'));
if (given && !existsSync(given)) {
  console.error(`there is no file ${given}`);
  process.exit(2);
}
const windows = process.platform === 'win32';

if (!builtHere()) {
  console.log('building the extension …');
  const npm = (...args) => execFileSync('npm', args, { cwd: HERE, stdio: 'inherit', shell: windows });
  npm('ci', '--no-audit', '--no-fund');
  npm('run', '--silent', 'package');
}
const vsix = builtHere();

const own = process.env.CODE ?? 'code';
const hasOwn = spawnSync(own, ['--version'], { stdio: 'ignore', shell: windows }).status === 0;
await (hasOwn ? tryOwn() : tryCodeServer());

async function tryOwn() {
  const home = mkdtempSync(join(tmpdir(), 'podls-try-'));
  const profile = ['--user-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions')];
  const code = (...args) => execFileSync(own, [...profile, ...args], { stdio: ['ignore', 'ignore', 'inherit'], shell: windows });
  try {
    mkdirSync(join(home, 'data', 'User'), { recursive: true });
    writeFileSync(join(home, 'data', 'User', 'settings.json'), '{ "security.workspace.trust.enabled": false, "workbench.startupEditor": "none" }\n');
    const file = given ? resolve(given) : join(home, FILE);
    if (!given) copyFileSync(EXAMPLE, file);
    code('--install-extension', vsix);
    console.log(CHECK ? 'podls is installed in VS Code' : 'VS Code opens; its profile is thrown away when its window is closed');
    if (!CHECK) code('--new-window', '--wait', file);
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function tryCodeServer() {
  console.log(`there is no \`${own}\` here, so VS Code for the browser is used`);
  const { Code } = await import('./test/code.mjs');
  const code = new Code();
  try {
    code.settings({});
    if (given) code.folder = dirname(resolve(given));
    else copyFileSync(EXAMPLE, join(code.folder, FILE));
    code.command('--install-extension', vsix);
    const address = await code.serve({ file: given ? basename(given) : FILE });
    if (CHECK) return console.log('podls is installed in VS Code for the browser');
    console.log(`\nopen this in a browser; Ctrl+C ends it, and its profile is thrown away:\n\n  ${address}\n`);
    await new Promise((done) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, done)));
  } finally {
    await code.close();
  }
}
