// Draws the icons and the picture of a link in www/public from favicon.svg, with Chromium: `node tools/icons.mjs`. Run it when the mark
// has changed; what it writes is committed.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { chromiumArgs, findChromium } from "./lib/chromium.mjs";
import { root } from "./lib/paths.mjs";

const folder = join(root, "www", "public");
const mark = readFileSync(join(folder, "favicon.svg"), "utf8");

/** Systems that cut icons themselves want no corners of ours. */
const square = mark.replace(' rx="7"', "");

const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArgs });

/** @param {string} body @param {number} width @param {number} height @param {boolean} [clear] */
async function draw(body, width, height, clear = false) {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.setContent(`<!doctype html><style>*{margin:0;font-family:Inter,"Helvetica Neue",Arial,sans-serif}svg{display:block}</style>${body}`);
  // Not our own typeface: it has the tables that a picture needs, and not those that a browser wants.
  const picture = await page.screenshot({ omitBackground: clear });
  await page.close();
  return picture;
}

/** @param {string} svg @param {number} size */
const icon = (svg, size) => draw(svg.replace("<svg ", `<svg width="${size}" height="${size}" `), size, size, true);

writeFileSync(join(folder, "apple-touch-icon.png"), await icon(square, 180));
writeFileSync(join(folder, "icon-192.png"), await icon(square, 192));
writeFileSync(join(folder, "icon-512.png"), await icon(square, 512));
writeFileSync(join(folder, "favicon.ico"), ico(await icon(mark, 32), 32));
const words = '<p style="font-size:40px;font-weight:700">Launch Ready</p><p style="font-size:118px;font-weight:700;line-height:1;letter-spacing:-6px;white-space:nowrap;margin-top:150px">Can you go live?</p><p style="font-size:38px;font-weight:700;color:#545965;margin-top:32px;white-space:nowrap">What would break first, and exactly how to fix it.</p>';
const big = mark.replace("<svg ", '<svg width="96" height="96" style="position:absolute;right:72px;top:56px" ');
writeFileSync(join(folder, "og.png"), await draw(`<div style="background:#f6f4ee;color:#15171c;box-sizing:border-box;width:1200px;height:630px;padding:72px">${big}${words}</div>`, 1200, 630));
await browser.close();

/**
 * A PNG as an icon file: a directory of one entry (Microsoft's format; every browser takes PNG in it).
 * @param {Buffer} png @param {number} size
 */
function ico(png, size) {
  const head = Buffer.alloc(22);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(1, 4);
  head.writeUInt8(size, 6);
  head.writeUInt8(size, 7);
  head.writeUInt16LE(1, 10);
  head.writeUInt16LE(32, 12);
  head.writeUInt32LE(png.length, 14);
  head.writeUInt32LE(22, 18);
  return Buffer.concat([head, png]);
}
