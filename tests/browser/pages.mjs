// node pages.mjs MODULES BASE SHOTS STATE: TAP. SHOTS, a folder, gets a picture of every page.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , modules, base, shots, state] = process.argv;
const require = createRequire(join(modules, 'package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const PAGES = state === 'stale' ? ['/', '/ca', '/crl', '/documents']
	: ['/', '/news', '/ca', '/crl', '/documents', '/documents/agreement', '/documents/cps', '/nowhere'];
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
let failed = 0;
const ok = (good, name, why = '') => {
	failed += good ? 0 : 1;
	console.log(`${good ? "ok" : "not ok"} - ${state}: ${name}`);
	if (!good) console.log(String(why).split('\n').map((l) => `# ${l}`).join('\n'));
};
const picture = async (page, name) => {
	if (shots) await page.screenshot({ path: join(shots, `${name.replace(/[^a-z0-9]+/g, '_')}.png`), fullPage: true });
};

const browser = await chromium.launch({
	executablePath: '/usr/bin/chromium-headless-shell',
	args: ['--no-sandbox'],
});

async function withPage(options, use) {
	const context = await browser.newContext(options);
	const page = await context.newPage();
	const said = [];
	page.on('console', (m) => { if (m.type() === 'error' && !/status of (404|503)/.test(m.text())) said.push(m.text()); });
	page.on('requestfailed', (r) => said.push(`failed: ${r.url()}`));
	page.on('request', (r) => { if (!r.url().startsWith(base)) said.push(`elsewhere: ${r.url()}`); });
	await use(page, said);
	await context.close();
}

// axe has nothing to say, in either language, light or dark, wide or narrow; nothing scrolls sideways.
for (const lang of ['ja', 'en'])
	for (const colorScheme of ['light', 'dark'])
		for (const width of [1280, 320])
			await withPage({ viewport: { width, height: 800 }, colorScheme, reducedMotion: 'reduce' }, async (page, said) => {
				for (const path of PAGES) {
					const name = `${path} ${lang} ${colorScheme} ${width}`;
					await page.goto(`${base}${path}?lang=${lang}`);
					await page.evaluate(axe);
					const found = await page.evaluate((values) => axe.run({ runOnly: { type: 'tag', values } }), TAGS);
					const rules = [...found.violations, ...found.incomplete.filter((r) => r.id !== 'color-contrast')];
					ok(rules.length === 0 && found.passes.length > 10, `axe has nothing to say: ${name}`,
						rules.map((r) => `${r.id}: ${r.nodes.map((e) => e.html).join(' ')}`).join('\n'));
					const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
					ok(over <= 0, `nothing scrolls sideways: ${name}`, `${over} px`);
					await picture(page, name);
				}
				ok(said.length === 0, `no complaint of the browser, no request elsewhere: ${lang} ${colorScheme} ${width}`, said.join('\n'));
			});

// Without JavaScript: find the list, change the language and stay on the page, go home.
await withPage({ javaScriptEnabled: false, locale: 'ja-JP' }, async (page) => {
	await page.goto(base);
	ok((await page.title()).startsWith('【試験用 / TEST】'), 'the title is marked in a rehearsal');
	await page.getByRole('navigation', { name: 'ページ' }).getByRole('link', { name: '失効リスト' }).click();
	ok(page.url() === `${base}/crl`, 'to the list, without JavaScript', page.url());
	await page.getByRole('link', { name: 'English' }).click();
	ok(page.url() === `${base}/crl?lang=en`, 'the language changes and the page stays', page.url());
	ok(await page.getByRole('heading', { level: 1 }).innerText() === 'Revocation list', 'now in English');
	await page.getByRole('link', { name: 'Documents' }).click();
	ok(page.url() === `${base}/documents?lang=en`, 'the choice is kept', page.url());
	await page.goto(base + '/crl?lang=ja');
	const sentence = state === 'stale' ? '最後のリストは2026年12月1日' : '有効です。';
	ok((await page.locator('main').innerText()).includes(sentence), `the state of the list is a sentence: ${sentence}`);
});

// By keyboard: the order is the page's, every stop can be seen, and the first one skips to the text.
await withPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' }, async (page) => {
	for (const path of PAGES) {
		await page.goto(base + path);
		const expected = await page.evaluate(() =>
			[...document.querySelectorAll('a[href], pre[tabindex="0"]')].map((e) => e.textContent));
		const seen = [], hidden = [];
		for (let i = 0; i < expected.length; i++) {
			await page.keyboard.press('Tab');
			const at = await page.evaluate(() => {
				const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
				const top = document.elementFromPoint(r.x + r.width / 2, r.y + Math.min(r.height / 2, 20));
				return { text: e.textContent, shown: r.width > 0 && r.left >= 0 && r.bottom > 0 && r.top < innerHeight &&
					s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 && (top === e || e.contains(top)) };
			});
			seen.push(at.text);
			if (!at.shown) hidden.push(at.text);
		}
		ok(JSON.stringify(seen) === JSON.stringify(expected), `Tab goes in the page's order: ${path}`, `${seen}\n${expected}`);
		ok(hidden.length === 0, `every stop can be seen: ${path}`, hidden.join('\n'));
	}
	await page.goto(base + '/ca');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	ok(await page.evaluate(() => document.activeElement.id) === 'main', 'the first stop skips to the text');
});

// On paper: no navigation, the mark stays, links say where they lead.
await withPage({ viewport: { width: 794, height: 1123 } }, async (page) => {
	await page.emulateMedia({ media: 'print' });
	await page.goto(base + '/crl');
	ok(!await page.locator('nav.places').isVisible() && !await page.locator('nav.language').isVisible(), 'no navigation on paper');
	ok(await page.locator('.rehearsal').isVisible(), 'the mark of a rehearsal stays on paper');
	const link = await page.locator('a.button').evaluate((e) => getComputedStyle(e, '::after').content);
	ok(link.includes('/repository/ca.crl'), 'a link on paper says where it leads', link);
	await picture(page, 'print crl');
});

await browser.close();
process.exitCode = failed ? 1 : 0;
