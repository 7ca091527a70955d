// Drives the real window by keys: installs the .vsix, opens the first example, and does with it what a user does. What is
// typed at length is in typing.mjs.
//
//   npm run test:window                    after npm run package
//   npm run test:window -- --pictures      writes ../images again (pngquant, if it is there, makes them small)
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtHere } from '../platform.mjs';
import { EXTENSION, ROOT, until, withCode } from './code.mjs';

const PICTURES = process.argv.includes('--pictures');
const SEED = readFileSync(join(ROOT, 'examples', 'broken', 'pod-volume-applogs.yaml'), 'utf8');

const vsix = builtHere();
if (!vsix) throw new Error('the extension is not built for this machine: npm run package');

/** Where a word is drawn in the editor. */
function placeOf(element, word) {
  const walker = document.createTreeWalker(element.querySelector('.view-lines'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(word);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + word.length);
    return range.getBoundingClientRect().toJSON();
  }
}

await withCode('in the window', async (code) => {
  code.command('--install-extension', vsix);
  assert.match(code.command('--list-extensions'), /^podls\.podls$/m);
  // The server inside the extension is the one at work, with its protocol written down.
  const installed = readdirSync(code.extensions).find((name) => name.startsWith('podls.podls-'));
  const inside = join(code.extensions, installed, 'server', 'podls');
  assert.ok(existsSync(inside), inside);
  renameSync(inside, `${inside}-itself`);
  code.tap(inside, `${inside}-itself`);
  const settings = {
    'files.autoSave': 'off',
    'workbench.activityBar.location': 'hidden',
  };
  code.settings(settings);
  writeFileSync(join(code.folder, 'pod.yaml'), SEED);
  await code.open({ file: 'pod.yaml', viewport: { width: 900, height: 600 } });
  const { page } = code;

  const shot = async (name) => {
    if (!PICTURES) return;
    const path = join(EXTENSION, 'images', `${name}.png`);
    await page.screenshot({ path, animations: 'disabled', caret: 'initial' });
    try {
      execFileSync('pngquant', ['--force', '--skip-if-larger', '--strip', '--output', path, path]);
    } catch {
      console.log(`${name}.png stays as it is: no pngquant`);
    }
  };
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const editor = page.locator('.editor-instance .monaco-editor').first();
  const focused = () => page.locator('.editor-instance .monaco-editor.focused').waitFor();
  const lines = () => editor.locator('.view-line').allInnerTexts().then((all) => all.map((it) => it.replaceAll('\u00a0', ' ').trimEnd()));
  const line = (text) => until(`the line “${text}”`, async () => (await lines()).includes(text));
  const squiggles = page.locator('.cdr.squiggly-error');
  const status = page.locator('[id="podls.podls.podls.status"]');
  /** Puts the cursor at a line and column, as a user does. */
  const go = async (place) => {
    // Where the mouse rests it may open a hover, or close one.
    await page.mouse.move(0, 0);
    await press('Control+g');
    await page.locator('.quick-input-widget:visible input').fill(`:${place}`);
    await press('Enter');
    await focused();
    await until(`the cursor at ${place}`, async () => {
      const [at, column] = place.split(':');
      return (await page.locator('.statusbar').innerText()).includes(`Ln ${at}, Col ${column}`);
    });
  };

  /** Presses keys until `seen` gives something: whatever starts up in VS Code meanwhile closes what a key has opened. */
  const open = async (what, keys, seen) => {
    await settled();
    return until(what, async () => {
      await press('Escape', ...keys);
      return until(what, seen, 5000).catch(() => undefined);
    });
  };
  /** Waits until VS Code no longer asks for the fixes at the cursor again, as it does whenever something of it has started up. */
  const settled = async () => {
    let [size, since] = [0, 0];
    await until('VS Code is at rest', () => {
      const now = statSync(code.log).size;
      if (now !== size) [size, since] = [now, Date.now()];
      return Date.now() - since > 1500;
    });
  };

  await editor.waitFor();
  await press('Control+b');
  await page.locator('.sidebar').waitFor({ state: 'hidden' });
  await editor.locator('.view-lines').click();
  await focused();

  // One squiggle, and it is under `spce`.
  await until('the squiggle under `spce`', async () => {
    const [drawn, ...more] = await squiggles.evaluateAll((all) => all.map((it) => it.getBoundingClientRect().toJSON()));
    const word = await editor.evaluate(placeOf, 'spce');
    const fits = drawn && word && Math.abs(drawn.x - word.x) < 2 && Math.abs(drawn.width - word.width) < 2;
    return fits && !more.length && drawn.bottom > word.y && drawn.y < word.bottom;
  });
  assert.match(await status.innerText(), /podls: k8s 1\.\d+/);
  await go('6:2');
  const hover = page.locator('.monaco-hover:visible').first();
  /** Opens the hover at the cursor. */
  const hovers = (what, text) => open(what, ['Control+k', 'Control+i'], async () => text.test(await hover.innerText({ timeout: 1000 }).catch(() => '')));
  await hovers('the message', /did you mean/);
  await shot('squiggle');
  await press('Escape');

  // The fix, by keyboard.
  const actions = page.locator('.action-widget .monaco-list-row.action');
  /** Opens the list of fixes at the cursor. */
  const fixes = () => open('the fixes', ['Control+.'], async () => {
    const titles = await actions.allInnerTexts();
    return titles.length && titles;
  });
  assert.deepEqual(await fixes(), [
    'Rename to `spec`',
    'Ignore here: `# podls: allow(unknown-field)`',
    'Ignore in this file: `# podls: allow-file(unknown-field)`',
    'Explain unknown-field',
  ]);
  await shot('fix');
  await press('Enter');
  await line('spec:');
  await squiggles.first().waitFor({ state: 'detached' });

  // The name of the Pod's volume for a mount.
  await go('13:13');
  await press('Shift+End', 'Delete');
  await line('    - name:');
  const suggestion = page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'app-logs' });
  await open('the name of the volume', ['Control+Space'], () => suggestion.first().isVisible());
  await shot('completion');
  await press('Tab');
  await until('the name is completed', async () => (await lines()).filter((it) => it === '    - name: app-logs').length === 2);

  // What a mount means.
  await go('14:9');
  await hovers('the hover', /app-logs/);
  await shot('hover');
  await press('Escape');

  // The page of a rule, beside the text.
  await go('17:40');
  const titles = await fixes();
  const explain = titles.indexOf('Explain tail-pattern');
  assert.notEqual(explain, -1, titles.join());
  for (let i = 0; i < explain; i++) await press('ArrowDown');
  await press('Enter');
  await until('the page of the rule', async () => {
    const texts = await Promise.all(page.frames().map((frame) => frame.locator('body').innerText({ timeout: 1000 }).catch(() => '')));
    return texts.some((text) => /tail-pattern \(information\)/.test(text));
  });
  // Whoever types goes on in the manifest.
  await focused();
  // VS Code shows what it has drawn a moment later.
  await until('the page in view', async () => {
    const frames = await Promise.all(page.frames().map((frame) => frame.frameElement().then((it) => it.getAttribute('id'), () => undefined)));
    const shown = page.frames()[frames.indexOf('active-frame')];
    return shown?.locator('h1', { hasText: 'tail-pattern' }).isVisible().catch(() => false);
  });
  await shot('explain');
  const tab = page.locator('.tab', { hasText: 'tail-pattern' });
  await tab.click({ button: 'middle' });
  await tab.waitFor({ state: 'detached' });

  // Another release, by the status bar.
  await editor.locator('.view-lines').click();
  await status.click();
  const choices = page.locator('.quick-input-widget:visible .monaco-list-row');
  await choices.filter({ hasText: '1.34' }).waitFor();
  await shot('release');
  await page.keyboard.type('1.34');
  await until('one choice', async () => (await choices.count()) === 1);
  await press('Enter');
  await page.locator('.statusbar-item', { hasText: 'podls: k8s 1.34' }).waitFor();
  assert.equal(JSON.parse(readFileSync(code.settingsFile, 'utf8'))['podls.kubernetes'], '1.34');

  // A server that does not start is reported in plain words; one that does is used at once.
  const server = (path) => ({ ...settings, 'podls.server.path': path });
  await code.settle(server('/nowhere/podls'), page.locator('.notification-toast', { hasText: 'podls could not start “/nowhere/podls”: file not found' }));
  await page.locator('.statusbar-item', { hasText: 'podls: stopped' }).waitFor();
  await code.settle(server('/bin/echo'), page.locator('.notification-toast', { hasText: 'it is not podls' }));
  await code.settle(server(inside), page.locator('.statusbar-item', { hasText: 'podls: k8s' }));
  code.checkProtocol();
});
