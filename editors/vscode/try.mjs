// Opens VS Code with podls and an example, in a temporary profile. It uses your own `code`; without one, VS Code for the browser
// (code-server), which is downloaded into test/kit.
//
//   ./try [FILE]     builds the extension if that was not done yet, and opens FILE or a copy of the example
//   ./try --check    does everything but open it
//
// PODLS names a built podls; then Rust is not needed. CODE names another `code`.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { HERE, builtHere } from './platform.mjs';

const FILE = 'pod-volume-applogs.yaml';
const EXAMPLE = join(HERE, '..', '..', 'examples', 'broken', FILE);
const CHECK = process.argv.includes('--check');
const given = process.argv.slice(2).find((it) => !it.startsWith('-'));
if (given && !existsSync(given)) {
  console.error(`${given} does not exist`);
  process.exit(2);
}
const windows = process.platform === 'win32';

const podls = process.env.PODLS && resolve(process.env.PODLS);
if (podls && !existsSync(podls)) {
  console.error(`${podls} (PODLS) does not exist`);
  process.exit(2);
}
const settings = podls ? { 'podls.server.path': podls } : {};

const own = process.env.CODE ?? 'code';
const hasOwn = spawnSync(own, ['--version'], { stdio: 'ignore', shell: windows }).status === 0;
const built = () => (podls ? [join(HERE, 'podls-without-server.vsix')].find(existsSync) : builtHere());
announce();
if (!built()) {
  const npm = (...args) => execFileSync('npm', args, { cwd: HERE, stdio: 'inherit', shell: windows });
  npm('ci', '--no-audit', '--no-fund', '--loglevel=error');
  npm('run', '--silent', 'package', ...(podls ? ['--', 'without-server'] : []));
}
const vsix = built();

await (hasOwn ? tryOwn() : tryCodeServer());

/** Prints what the first start downloads, and where. */
function announce() {
  const steps = [
    [built(), "npm downloads the extension's tools: 1 minute, 180 MB in editors/vscode/node_modules"],
    [built() || podls, 'Rust builds podls: 2 to 5 minutes, 600 MB in target (skipped with PODLS=/path/to/podls)'],
    [hasOwn || existsSync(join(HERE, 'test', 'kit', 'node_modules')), 'npm downloads VS Code for the browser: 1 minute, 840 MB in editors/vscode/test/kit'],
  ];
  const missing = steps.filter(([there]) => !there).map(([, step]) => `  - ${step}`);
  if (missing.length) console.log(`The first start takes a few minutes; later ones take seconds.\n${missing.join('\n')}`);
}

/** Opens an address in the browser, where there is one. */
function show(address) {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform] ?? 'xdg-open';
  spawn(opener, [address], { stdio: 'ignore', detached: true }).on('error', () => {}).unref();
}

async function tryOwn() {
  const home = mkdtempSync(join(tmpdir(), 'podls-try-'));
  const profile = ['--user-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions')];
  const code = (...args) => execFileSync(own, [...profile, ...args], { stdio: ['ignore', 'ignore', 'inherit'], shell: windows });
  try {
    mkdirSync(join(home, 'data', 'User'), { recursive: true });
    writeFileSync(join(home, 'data', 'User', 'settings.json'), JSON.stringify({ 'security.workspace.trust.enabled': false, 'workbench.startupEditor': 'none', ...settings }));
    const file = given ? resolve(given) : join(home, FILE);
    if (!given) copyFileSync(EXAMPLE, file);
    code('--install-extension', vsix);
    console.log(CHECK ? 'podls is installed in VS Code' : 'VS Code opens; its temporary profile is deleted when the window is closed');
    if (!CHECK) code('--new-window', '--wait', file);
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function tryCodeServer() {
  console.log(`\`${own}\` is not installed; using VS Code for the browser`);
  const { Code } = await import('./test/code.mjs');
  const code = new Code();
  try {
    code.settings(settings);
    if (given) code.folder = dirname(resolve(given));
    else copyFileSync(EXAMPLE, join(code.folder, FILE));
    code.command('--install-extension', vsix);
    const address = await code.serve({ file: given ? basename(given) : FILE });
    if (CHECK) return console.log('podls is installed in VS Code for the browser');
    console.log(`\nVS Code runs at this address; Ctrl+C stops it and deletes its profile:\n\n  ${address}\n`);
    show(address);
    await new Promise((done) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, done)));
  } finally {
    await code.close();
  }
}
