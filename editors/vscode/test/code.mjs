// A VS Code of its own for a test or a try: code-server with a profile that is thrown away, for a test seen through a headless Chromium.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CODE_SERVER, PYTHON, chromium, getCodeServer, getTools, node } from './setup.mjs';

export const EXTENSION = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const ROOT = resolve(EXTENSION, '..', '..');
const EDITORS = join(ROOT, 'tests', 'editors');

/** The server that is tested: `PODLS`, or what `cargo build --release` made. */
export const PODLS = resolve(process.env.PODLS ?? join(ROOT, 'target', 'release', 'podls'));

/** Far longer than anything takes, so that only a hang reaches it. */
const TOO_LONG = 60_000;

/** What every test sets, so that nothing but podls speaks. */
const SETTINGS = {
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/** Asks again and again until `poll` gives something. */
export async function until(what, poll, limit = TOO_LONG) {
  for (const end = Date.now() + limit; Date.now() < end; await new Promise((done) => setTimeout(done, 20))) {
    const value = await poll();
    if (value) return value;
  }
  throw new Error(`timed out: ${what}`);
}

export class Code {
  home = mkdtempSync(join(tmpdir(), 'podls-vscode-'));
  extensions = join(this.home, 'extensions');
  settingsFile = join(this.home, 'data', 'User', 'settings.json');
  /** What the editor and the server said to each other. */
  log = join(this.home, 'protocol.jsonl');
  /** The number of the server's process. */
  pid = join(this.home, 'server.pid');

  constructor() {
    getCodeServer();
    mkdirSync(dirname(this.settingsFile), { recursive: true });
    mkdirSync(this.extensions, { recursive: true });
    writeFileSync(join(this.home, 'config.yaml'), '');
    this.folder = join(this.home, 'manifests');
    mkdirSync(this.folder);
  }

  settings(more) {
    writeFileSync(this.settingsFile, JSON.stringify({ ...SETTINGS, ...more }, null, 2));
    // What belongs to the machine, such as the path of a program, counts only from here: code-server is remote to its window.
    const machine = join(this.home, 'data', 'Machine');
    mkdirSync(machine, { recursive: true });
    writeFileSync(join(machine, 'settings.json'), JSON.stringify(more));
  }

  /** Writes settings and waits for what they bring about. VS Code's watcher of files misses a change now and then, so they are written again. */
  async settle(more, locator) {
    await until('the settings count', () => {
      this.settings(more);
      return locator.waitFor({ timeout: TOO_LONG / 6 }).then(() => true, () => false);
    });
  }

  /** Puts a program at `path` that is `server` with its protocol written down. */
  tap(path, server) {
    const quoted = [join(EDITORS, 'tap.py'), this.log, server].map((it) => `'${it}'`).join(' ');
    writeFileSync(path, `#!/bin/sh\n[ "$1" = --stdio ] || exec '${server}' "$@"\necho $$ > '${this.pid}'\nexec python3 ${quoted} "$@"\n`);
    chmodSync(path, 0o755);
  }

  /** Runs code-server as a command. */
  command(...args) {
    return execFileSync(node(), [CODE_SERVER, ...this.#dirs(), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  #dirs() {
    return ['--user-data-dir', join(this.home, 'data'), '--extensions-dir', this.extensions, '--config', join(this.home, 'config.yaml')];
  }

  /** Starts it, and gives the address at which its window opens with the folder and a file of it. */
  async serve({ env = {}, file } = {}) {
    const address = `127.0.0.1:${await freePort()}`;
    const args = [CODE_SERVER, ...this.#dirs(), '--auth', 'none', '--bind-addr', address, '--disable-telemetry', '--disable-update-check'];
    this.server = spawn(node(), args, { stdio: 'ignore', env: { ...process.env, ...env } });
    await until('code-server answers', () => fetch(`http://${address}/healthz`).then((it) => it.ok, () => false));
    const payload = file ? `&payload=${encodeURIComponent(JSON.stringify([['openFile', `vscode-remote://${address}${join(this.folder, file)}`]]))}` : '';
    return `http://${address}/?folder=${encodeURIComponent(this.folder)}${payload}`;
  }

  /** Starts it and opens its window in a browser. */
  async open({ viewport = { width: 1280, height: 800 }, ...options } = {}) {
    const address = await this.serve(options);
    const { chromium: playwright } = await import(join(EXTENSION, 'test', 'kit', 'node_modules', 'playwright-core', 'index.mjs'));
    // Chromium's own sandbox does not work for root, and here it shows nothing but our own pages.
    this.browser = await playwright.launch({ executablePath: chromium(), args: ['--no-sandbox'] });
    this.page = await this.browser.newPage({ viewport });
    this.page.setDefaultTimeout(TOO_LONG);
    await this.page.goto(address);
  }

  /** How many requests the server has not answered yet. */
  unanswered() {
    if (!existsSync(this.log)) return 0;
    const lines = readFileSync(this.log, 'utf8').split('\n');
    // The last line may still be written.
    lines.slice(this.#read, -1).forEach((line) => {
      const { from, message } = JSON.parse(line);
      if (message?.id === undefined) return;
      if (from === 'client' && message.method) this.#open.add(message.id);
      if (from === 'server' && !message.method) this.#open.delete(message.id);
    });
    this.#read = lines.length - 1;
    return this.#open.size;
  }
  #read = 0;
  #open = new Set();

  /** Whether every message of the server fits LSP; says what doesn't. */
  checkProtocol() {
    if (!existsSync(this.log)) throw new Error('the protocol was not written down');
    execFileSync(PYTHON, [join(EDITORS, 'validate.py'), this.log], { stdio: 'inherit' });
  }

  async close() {
    await this.browser?.close();
    if (this.server && this.server.exitCode === null) {
      const ended = new Promise((done) => this.server.once('exit', done));
      this.server.kill();
      await ended;
    }
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Runs a test with a VS Code of its own; a failure leaves a picture of the window and ends the process with 1. */
export async function withCode(name, test) {
  getTools();
  const code = new Code();
  const start = Date.now();
  try {
    await test(code);
    console.log(`ok  ${name}  ${((Date.now() - start) / 1000).toFixed(1)} s`);
  } catch (error) {
    process.exitCode = 1;
    console.error(`FAILED  ${name}\n${error.stack ?? error}`);
    const picture = join(tmpdir(), 'podls-vscode-failed.png');
    await code.page?.screenshot({ path: picture }).then(() => console.error(`the window then: ${picture}`), () => {});
  } finally {
    await code.close();
  }
}
