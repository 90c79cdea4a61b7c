//! What the runtime offers and no crate binds in a form that cannot panic; and what is asked of it in several places.

use js_sys::futures::JsFuture;
use js_sys::{Error, JsString, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Headers, ReadableStream, ReadableStreamDefaultReader, Request, Response, WritableStream};

#[wasm_bindgen]
extern "C" {
    /// A pipe of bytes that the runtime itself carries on to the client. Unlike with a stream of our own, whoever writes
    /// always learns when nobody reads any more.
    pub(crate) type IdentityTransformStream;

    /// Such a pipe.
    #[wasm_bindgen(constructor, catch)]
    pub(crate) fn new() -> Result<IdentityTransformStream, JsValue>;

    /// The end that is read.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn readable(this: &IdentityTransformStream) -> ReadableStream;

    /// The end that is written.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn writable(this: &IdentityTransformStream) -> WritableStream;

    /// A random identifier (RFC 9562, version 4).
    #[wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    pub(crate) fn random_uuid() -> String;

    /// An address, as the URL Standard parses it.
    #[wasm_bindgen(js_name = URL)]
    type Url;

    #[wasm_bindgen(constructor, js_class = "URL", catch)]
    fn parse(address: &str) -> Result<Url, JsValue>;

    /// The host in ASCII, without the port.
    #[wasm_bindgen(method, getter)]
    fn hostname(this: &Url) -> String;

    /// Percent signs into what they stand for.
    #[wasm_bindgen(catch, js_name = decodeURIComponent)]
    pub(crate) fn decode(text: &str) -> Result<String, JsValue>;

    /// Sends a request. What it throws at once is an error like any other.
    #[wasm_bindgen(catch)]
    pub(crate) fn fetch(request: &Request) -> Result<Promise, JsValue>;

    /// Fills `bytes` with what nobody can guess.
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    pub(crate) fn fill_random(bytes: &mut [u8]);

    /// A TCP connection. The `worker` crate's own binding of it comes with an adapter to Tokio's traits and panics where a
    /// property is missing.
    pub(crate) type Socket;

    /// Settles when it stands, or cannot be made.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn opened(this: &Socket) -> Promise;

    /// Settles when it is at its end.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn closed(this: &Socket) -> Promise;

    /// What the other end says.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn readable(this: &Socket) -> ReadableStream;

    /// What is said to the other end.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn writable(this: &Socket) -> WritableStream;

    /// Ends it in both directions.
    #[wasm_bindgen(method)]
    pub(crate) fn close(this: &Socket) -> Promise;
}

#[wasm_bindgen(module = "cloudflare:sockets")]
extern "C" {
    /// Begins a connection to `host:port`, without TLS.
    #[wasm_bindgen(catch)]
    pub(crate) fn connect(address: &str) -> Result<Socket, JsValue>;
}

/// The ASCII form of a Unicode host name, by the runtime's own URL parser: UTS #46 without its tables in our module.
pub(crate) fn unicode_to_ascii(host: &str) -> Option<String> {
    // What ends a host in a URL would be left out of the answer.
    if host.contains(['/', '\\', '?', '#', '@', ':', '%']) {
        return None;
    }
    Url::parse(&format!("https://{host}/")).ok().map(|url| url.hostname())
}

/// Milliseconds since 1970. At the edge, clocks advance at I/O only.
pub(crate) fn now() -> f64 {
    js_sys::Date::now()
}

/// Whole milliseconds since `start`.
pub(crate) fn elapsed_ms(start: f64) -> u32 {
    // The cast saturates, and a clock that was set back gives zero.
    (now() - start) as u32
}

/// Sets a header field. What we set are names and values that every runtime takes.
pub(crate) fn set(headers: &Headers, name: &str, value: &str) {
    let _ = headers.set(name, value);
}

/// A header field; `None` where it is not there.
pub(crate) fn header(headers: &Headers, name: &str) -> Option<String> {
    headers.get(name).ok().flatten()
}

/// What a body brings, of strangers' ones that nobody else bounds; `None` where that is more than `most` bytes. It is read
/// chunk by chunk, because a length need not be said and cannot be trusted; what is beyond is given up, and not waited for.
pub(crate) async fn read_up_to(
    body: Option<ReadableStream>,
    most: usize,
) -> Result<Option<Vec<u8>>, JsValue> {
    let mut bytes = Vec::new();
    let Some(body) = body else { return Ok(Some(bytes)) };
    let reader = ReadableStreamDefaultReader::new(&body)?;
    ignore(reader.closed());
    loop {
        let chunk = JsFuture::from(reader.read()).await?;
        let value = Reflect::get(&chunk, &JsValue::from_str("value"))?;
        // The last one has no value.
        let Some(chunk) = value.dyn_ref::<Uint8Array>() else { return Ok(Some(bytes)) };
        if bytes.len() + chunk.length() as usize > most {
            ignore(reader.cancel());
            return Ok(None);
        }
        bytes.extend(chunk.to_vec());
    }
}

/// Gives a body up that nobody reads.
pub(crate) fn cancel(response: &Response) {
    if let Some(stream) = response.body() {
        ignore(stream.cancel());
    }
}

/// Lets a promise come to its end: one that is rejected, and that nobody listens to, would be reported as an error of
/// ours.
pub(crate) fn ignore<T: wasm_bindgen::convert::FromWasmAbi + 'static>(promise: Promise<T>) {
    drop(JsFuture::from(promise));
}

/// A time in milliseconds since 1970 as RFC 3339 writes it, in UTC.
pub(crate) fn iso(at: f64) -> String {
    String::from(js_sys::Date::new(&JsValue::from_f64(at)).to_iso_string())
}

/// What a thrown value says.
pub(crate) fn message(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<Error>() {
        Some(error) => String::from(error.message()),
        None => thrown.dyn_ref::<JsString>().map(String::from).unwrap_or_default(),
    }
}
