// Types whole manifests key by key into the real window, with VS Code's own defaults, and compares what comes out with what was meant.
//
//   npm run test:typing                    after npm run package
//   npm run test:typing -- pod hand        only what these words name
import { strict as assert } from 'node:assert';
import { existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtHere } from '../platform.mjs';
import { ROOT, until, withCode } from './code.mjs';
import { SNIPPETS } from './typing/snippets.mjs';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'typing');
const MANIFESTS = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const wanted = process.argv.slice(2).filter((it) => !it.startsWith('-'));
const vsix = builtHere();
if (!vsix) throw new Error('the extension is not built for this machine: npm run package');

/** A file in the window, and a person in front of it. */
class Writer {
  constructor(code, file) {
    this.code = code;
    this.page = code.page;
    this.file = file;
    this.corrections = 0;
  }

  async open() {
    writeFileSync(join(this.code.folder, this.file), '');
    const { keyboard } = this.page;
    await until(`the file ${this.file}`, async () => {
      await keyboard.press('Escape');
      await keyboard.press('Control+p');
      const input = this.page.locator('.quick-input-widget:visible input');
      await input.fill(this.file);
      const first = this.page.locator('.quick-input-widget:visible .monaco-list-row.focused', { hasText: this.file });
      if (!(await until('the file in the list', () => first.count(), 3000).catch(() => 0))) return false;
      await keyboard.press('Enter');
      return this.page.locator('.tab.active', { hasText: this.file }).waitFor({ timeout: 5000 }).then(() => true, () => false);
    });
    await this.page.locator('.editor-instance .monaco-editor.focused').waitFor();
  }

  /** What the window shows, character by character. */
  async text() {
    const lines = await this.page.locator('.editor-instance .view-lines').first().evaluate((all) =>
      [...all.querySelectorAll('.view-line')].sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top)).map((it) => it.textContent));
    return lines.map((it) => it.replaceAll('\u00a0', ' ')).join('\n');
  }

  /** Waits until the server has answered what it was asked, and VS Code asks nothing more. */
  async settled(quiet = 120) {
    let [seen, since] = ['', Date.now()];
    await until('podls and VS Code are at rest', async () => {
      const now = `${this.code.unanswered()} ${await this.text()}`;
      if (now !== seen) [seen, since] = [now, Date.now()];
      return now.startsWith('0 ') && Date.now() - since > quiet;
    });
  }

  press(key) {
    return this.page.keyboard.press(key);
  }

  type(text) {
    return this.page.keyboard.type(text);
  }

  /** Brings the cursor of a new line to a column; whoever has to type spaces had no help. */
  async indent(column) {
    const at = async () => (await this.text()).split('\n').at(-1).length;
    for (let now = await at(); now !== column; now = await until('another column', async () => (await at()) !== now && { now: await at() }).then((it) => it.now)) {
      if (now < column) this.corrections++;
      await this.press(now < column ? 'Space' : 'Backspace');
    }
  }

  /** Begins a line. */
  async enter() {
    const before = (await this.text()).split('\n').length;
    await this.press('Enter');
    await until(`a line after\n${await this.text()}`, async () => (await this.text()).split('\n').length === before + 1, 5000);
  }

  /** The labels that are offered, and the one that is chosen. */
  async offered() {
    const rows = this.page.locator('.suggest-widget.visible .monaco-list-row');
    return rows.evaluateAll((all) => all.map((it) => ({ label: it.querySelector('.label-name')?.textContent, focused: it.classList.contains('focused') })));
  }

  /** Accepts a suggestion, if it is among those in view. */
  async accept(label) {
    await this.settled();
    const rows = await this.offered();
    const at = rows.findIndex((it) => it.label === label);
    if (at < 0) return false;
    for (let now = rows.findIndex((it) => it.focused); now < at; now++) await this.press('ArrowDown');
    await until(`the choice of ${label}`, async () => (await this.offered()).some((it) => it.label === label && it.focused));
    await this.press('Enter');
    await this.settled();
    return true;
  }

  /** What is in the file once it is saved. */
  async saved() {
    const written = () => readFileSync(join(this.code.folder, this.file), 'utf8');
    await this.press('Control+s');
    // What is typed last may be drawn after it is saved.
    await until('the file as the window shows it', async () => written().replaceAll('\r', '') === (await this.text()), 10_000);
    return written();
  }
}

const indentOf = (line) => line.length - line.trimStart().length;

/** All by hand, with Enter after each line; `rest` is what happens before each Enter. */
async function byHand(writer, meant, rest) {
  for (const [at, line] of meant.trimEnd().split('\n').entries()) {
    if (at) await writer.enter();
    await writer.indent(indentOf(line));
    await writer.type(line.trimStart());
    await rest();
  }
}

/** With each key and value accepted that is offered once two letters of a key are typed. */
async function accepting(writer, meant) {
  meant = meant.trimEnd();
  let accepted = 0;
  for (let turn = 0; turn < 1000; turn++) {
    const text = await writer.text();
    if (text === meant) return accepted;
    const typed = text.trimEnd();
    const lines = text.split('\n');
    const line = meant.split('\n')[lines.length - 1] ?? '';
    const last = lines.at(-1);
    assert.ok(meant.startsWith(lines.slice(0, -1).join('\n')) && typed.length <= meant.length, `not what is meant:\n${text}`);
    if (last.trim() === '' || last.trim() === '-') {
      // The start of a line: its column, its dash, its key.
      const dash = line.match(/^( *)(- )?/);
      if (last.trim() === '') {
        await writer.indent(dash[1].length);
      } else if (last !== dash[0]) {
        // Somebody who writes lists in another style takes the dash away.
        await writer.press('Backspace');
        continue;
      }
      if (dash[2] && last.trim() === '') await writer.type(dash[2]);
      const key = line.slice(dash[0].length).match(/^([\w.\/-]+):/)?.[1];
      if (key) {
        await writer.type(key.slice(0, 2));
        // Who wants a list in one line does not choose one in several.
        if (!line.endsWith(']') && (await writer.accept(key))) accepted++;
        else await writer.type(`${key.slice(2)}:`);
      } else {
        await writer.type(line.slice(dash[0].length));
      }
    } else if (line === last.trimEnd()) {
      await writer.enter();
    } else {
      assert.ok(line.startsWith(last), `line ${lines.length} should become\n${line}\nbut is\n${text}`);
      const rest = line.slice(last.length);
      const value = rest.trimStart();
      if (rest !== value) await writer.type(rest.slice(0, rest.length - value.length));
      if (!/^["[{]/.test(value) && (await writer.accept(value))) accepted++;
      else await writer.type(value);
    }
    await writer.settled();
  }
  throw new Error(`no end of\n${await writer.text()}`);
}

async function snippet(writer, { keys }) {
  for (const key of keys) {
    if (key.accept) assert.ok(await writer.accept(key.accept), `${key.accept} is not offered in\n${await writer.text()}: ${JSON.stringify(await writer.offered())}`);
    else if (key.line !== undefined) await writer.enter().then(() => writer.indent(key.line));
    else if (key.press) await writer.press(key.press);
    else await writer.type(key);
    await writer.settled();
  }
}

await withCode('typing in the window', async (code) => {
  code.command('--install-extension', vsix);
  const installed = readdirSync(code.extensions).find((name) => name.startsWith('podls.podls-'));
  const inside = join(code.extensions, installed, 'server', 'podls');
  assert.ok(existsSync(inside), inside);
  renameSync(inside, `${inside}-itself`);
  code.tap(inside, `${inside}-itself`);
  // Nothing is set that has to do with typing. Inlay hints would be drawn into the lines that are read here.
  code.settings({ 'workbench.activityBar.location': 'hidden', 'editor.inlayHints.enabled': 'off' });
  writeFileSync(join(code.folder, 'first.yaml'), '');
  await code.open({ file: 'first.yaml', viewport: { width: 1000, height: 1500 } });
  await code.page.locator('.statusbar-item', { hasText: 'podls: k8s' }).waitFor();

  const ways = {
    'hand, watching': async (writer, meant) => byHand(writer, meant, () => writer.settled()),
    'hand, without looking': async (writer, meant) => byHand(writer, meant, async () => {}),
    'accepting': async (writer, meant) => {
      const accepted = await accepting(writer, meant);
      assert.ok(accepted > meant.split('\n').length / 2, `only ${accepted} suggestions were accepted`);
    },
  };
  const tests = MANIFESTS.flatMap((manifest) => Object.entries(ways).map(([way, run]) => ({
    name: `${manifest.slice(0, -'.yaml'.length)} by ${way}`, meant: readFileSync(join(FOLDER, manifest), 'utf8'), run,
  })));
  // The first two examples have mistakes in them, so nobody offers what is written there.
  const examples = ['pod-volume-applogs.yaml', 'background-entrypoint.yaml'].map((name) => [name, readFileSync(join(ROOT, 'examples', 'broken', name), 'utf8')]);
  tests.push(...examples.map(([name, meant]) => ({ name: `${name} by hand, watching`, meant, run: ways['hand, watching'] })));
  tests.push(...SNIPPETS.map((it) => ({ name: `snippet ${it.name}`, meant: it.meant, run: (writer) => snippet(writer, it) })));
  /** Whether a manifest comes out as meant. */
  const comesOut = async ({ name, meant, run }, attempt) => {
    const start = Date.now();
    const writer = new Writer(code, `${name.replace(/\W+/g, '-')}-${attempt}.yaml`);
    try {
      await writer.open();
      await run(writer, meant);
      assert.equal((await writer.saved()).trimEnd(), meant.trimEnd());
      assert.equal(writer.corrections, 0, 'spaces had to be typed');
      console.log(`ok  ${name}  ${Date.now() - start} ms`);
      return true;
    } catch (error) {
      console.error(`FAILED  ${name}, attempt ${attempt}\n${error.message}`);
      const picture = join(tmpdir(), `podls-typing-${writer.file}.png`);
      await code.page.screenshot({ path: picture }).then(() => console.error(`the window then: ${picture}`));
      await writer.press('Escape');
      await writer.saved().catch(() => {});
      return false;
    }
  };
  let failed = 0;
  for (const test of tests.filter(({ name }) => wanted.every((word) => name.includes(word)))) {
    // On a busy machine VS Code may draw so late that a wait runs out. What is wrong is wrong at the second attempt too.
    if (!(await comesOut(test, 1)) && !(await comesOut(test, 2))) failed++;
  }
  if (failed) throw new Error(`${failed} manifests did not come out as meant`);
  code.checkProtocol();
});
