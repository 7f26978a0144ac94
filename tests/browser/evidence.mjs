// node evidence.mjs MODULES FILE: TAP. The page of a folder of evidence, opened from disk: axe, narrow, paper, nothing from elsewhere.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , modules, file, shot] = process.argv;
const require = createRequire(join(modules, 'package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const ok = (good, name, why = '') => {
	console.log(`${good ? 'ok' : 'not ok'} - ${name}`);
	if (!good) console.log(String(why).split('\n').map((l) => `# ${l}`).join('\n'));
};
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium-headless-shell', args: ['--no-sandbox'] });
for (const width of [1280, 320]) {
	const page = await browser.newPage({ viewport: { width, height: 800 } });
	const said = [];
	page.on('console', (m) => { if (m.type() === 'error') said.push(m.text()); });
	page.on('request', (r) => { if (!r.url().startsWith('file:')) said.push(`elsewhere: ${r.url()}`); });
	await page.goto(pathToFileURL(file).href);
	await page.evaluate(axe);
	const found = await page.evaluate((values) => axe.run({ runOnly: { type: 'tag', values } }), TAGS);
	const rules = [...found.violations, ...found.incomplete.filter((r) => r.id !== 'color-contrast')];
	ok(rules.length === 0 && found.passes.length > 10, `evidence ${width}: axe has nothing to say`,
		rules.map((r) => `${r.id}: ${r.nodes.map((e) => e.html).join(' ')}`).join('\n'));
	const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	ok(over <= 0, `evidence ${width}: nothing scrolls sideways`, `${over} px`);
	ok(said.length === 0, `evidence ${width}: no complaint, nothing from elsewhere`, said.join('\n'));
	if (shot) await page.screenshot({ path: `${shot}.${width}.png`, fullPage: true });
	await page.close();
}
// On A4 with margins of 15 mm, where nothing can be scrolled to.
const sheet = await browser.newPage({ viewport: { width: 680, height: 1000 } });
await sheet.goto(pathToFileURL(file).href);
await sheet.emulateMedia({ media: 'print' });
const cut = await sheet.evaluate(() => [...document.querySelectorAll('.wide, pre, dl')].filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.getAttribute('aria-label') ?? e.tagName));
ok(cut.length === 0 && (await sheet.locator('.wide').count()) === 4, 'evidence on paper: no table is cut off', cut.join(' '));
if (shot) await sheet.pdf({ path: `${shot}.pdf`, format: 'A4', margin: { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' } });
await browser.close();
