// The headers of static assets, as Cloudflare reads them from `_headers`. The Worker sets its own.

/** Everything is ours, from our own address; WebAssembly is the one kind of code that is compiled at run time. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

/** The frame that the widget opens may stand in anybody's page; otherwise it is bound like all the others. */
const embedPolicy = policy.map((directive) => (directive.startsWith("frame-ancestors") ? "frame-ancestors *" : directive));

/** The configurator shows the widget as it is on other pages, with its frame. */
const widgetPolicy = [...policy, "frame-src 'self'"];

/** @returns {string} */
export function headersFile() {
  return `/*
  Content-Security-Policy: ${policy.join("; ")}
  Strict-Transport-Security: max-age=63072000; includeSubDomains; preload
  X-Content-Type-Options: nosniff
  X-Frame-Options: DENY
  Referrer-Policy: strict-origin-when-cross-origin
  Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()
  Cross-Origin-Opener-Policy: same-origin

/embed*
  ! Content-Security-Policy
  ! X-Frame-Options
  Content-Security-Policy: ${embedPolicy.join("; ")}
  X-Robots-Tag: noindex

/widget
  ! Content-Security-Policy
  Content-Security-Policy: ${widgetPolicy.join("; ")}

/widget.js
  ! Cache-Control
  Cache-Control: public, max-age=3600, stale-while-revalidate=86400
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin

/api/v1/openapi.json
  Access-Control-Allow-Origin: *

/assets/*
  ! Cache-Control
  Cache-Control: public, max-age=31536000, immutable
`;
}
