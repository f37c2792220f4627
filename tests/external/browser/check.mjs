// What the page shows and does. SANDBOX_URL, API_TOKEN and CHROMIUM come from check.sh.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const { SANDBOX_URL: url, API_TOKEN: token, CHROMIUM: executablePath } = process.env;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const hostile = `<img src=x onerror="window.hostile=1"><script>window.hostile=1</script>`;

async function call(method, path, body) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  return response.json();
}

const profile = mkdtempSync(join(tmpdir(), "planhat-page-"));
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args });
let checks = 0;

/** Runs a check on a page of its own, on which no script may fail and nothing may be asked of anybody else. */
async function check(name, { colorScheme = "light", width = 1280, height = 900, expected }, work) {
  const page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  const wrong = [];
  page.on("pageerror", (why) => wrong.push(String(why)));
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  page.on("request", (request) => request.url().startsWith(url) || wrong.push(request.url()));
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height });
  try {
    await page.goto(`${url}/`);
    await page.waitForSelector("#rows tr");
    await work(page);
    assert.deepEqual(wrong.filter((text) => !expected || !text.includes(expected)), []);
  } catch (why) {
    console.error(`In "${name}":`);
    throw why;
  }
  await page.close();
  checks += 1;
}

/** Waits until an element has a text. */
const shows = (page, selector, text) =>
  page.waitForFunction(([selector, text]) => document.querySelector(selector)?.textContent.includes(text), [selector, text]);

async function accessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]), []);
}

try {
  for (let number = 1; number <= 60; number += 1) await call("POST", "/companies", { name: `Company ${number}`, externalId: `c-${number}` });
  await call("POST", "/licenses", { companyId: "extid-c-1", _currency: "EUR", fromDate: "2026-01-01", mrr: 900 });
  await call("POST", "/companies", { name: hostile, externalId: hostile, custom: { [hostile]: hostile } });
  await call("GET", `/companies?x=${encodeURIComponent(hostile)}&token=${token}`);

  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 360]) {
      await check(`${colorScheme}, ${width} wide`, { colorScheme, width }, async (page) => {
        await accessible(page);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
        await page.click("#rows button");
        await accessible(page);
      });
    }
  }

  await check("records in pages, and one as JSON, by keyboard", {}, async (page) => {
    await shows(page, "#range", "1–25 of 61");
    await page.focus("#on");
    await page.keyboard.press("Enter");
    await shows(page, "#range", "26–50 of 61");
    await page.focus("#rows button");
    await page.keyboard.press("Enter");
    assert.equal(JSON.parse(await page.textContent("#json")).name, "Company 26");
    await page.keyboard.press("Escape");
    assert.equal(await page.isVisible("#record"), false);
    // Whoever closes it is where they were.
    assert.equal(await page.evaluate(() => document.activeElement === document.querySelector("#rows button")), true);
  });

  await check("searches", {}, async (page) => {
    await page.fill("#text", "company 6");
    await page.keyboard.press("Enter");
    await shows(page, "#range", "1–2 of 2");
    assert.deepEqual(await page.locator("#rows td:nth-child(2)").allTextContents(), ["Company 6", "Company 60"]);
  });

  await check("other models, also by address", {}, async (page) => {
    await page.click("#models a:has-text('License')");
    await shows(page, "#model", "License");
    await shows(page, "#rows", "Company 1");
    assert.equal(await page.locator("#models [aria-current=page]").count(), 1);
    await page.goto(`${url}/#Ticket`);
    await shows(page, "#model", "Ticket");
    await page.waitForSelector("#none:not([hidden])");
  });

  await check("records are text", {}, async (page) => {
    await page.fill("#text", "onerror");
    await page.keyboard.press("Enter");
    await shows(page, "#range", "1–1 of 1");
    assert.equal(await page.textContent("#rows td:nth-child(2)"), hostile);
    await page.click("#rows button");
    assert.ok((await page.textContent("#json")).includes("window.hostile=1"));
    await shows(page, "#log", "onerror");
    assert.equal(await page.locator("main img, main script, dialog img").count(), 0);
    assert.equal(await page.evaluate(() => window.hostile), undefined);
    assert.ok(!(await page.textContent("body")).includes(token));
  });

  await check("stays up to date, unless that is switched off", {}, async (page) => {
    const { _id } = await call("POST", "/companies", { name: "Late" });
    await shows(page, "#range", "of 62");
    await shows(page, "#log td:nth-child(3)", "POST");
    await call("DELETE", `/companies/${_id}`);
    await shows(page, "#range", "of 61");
    await page.uncheck("#live");
    await shows(page, "#state", "Paused");
    const before = await page.textContent("#requested");
    await call("GET", "/companies");
    await page.waitForTimeout(2500);
    assert.equal(await page.textContent("#requested"), before);
  });

  await check("shows the quota and the faults where there are some", {}, async (page) => {
    assert.equal(await page.isVisible("#quota"), false);
    await page.route("**/_sandbox/overview", async (route) => {
      const overview = await (await route.fetch()).json();
      await route.fulfill({ json: { ...overview, quota: { limit: 200, remaining: 7, reset_after: 30 }, faults: "503=2%" } });
    });
    await shows(page, "#left", "7 of 200 left, reset in 30 s");
    assert.equal(await page.$eval("#gauge", ({ value }) => value), 7);
    await shows(page, "#plan", "503=2%");
    await accessible(page);
  });

  // The browser itself notes the failed response.
  await check("reports when the sandbox does not respond", { expected: "status of 500" }, async (page) => {
    await page.route("**/_sandbox/overview", (route) => route.fulfill({ status: 500 }));
    await shows(page, "#state", "does not respond");
    await page.unroute("**/_sandbox/overview");
    await shows(page, "#state", "Connected");
  });

  console.log(`page: ${checks} checks in Chromium ${browser.browser()?.version() ?? ""}`.trim());
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
