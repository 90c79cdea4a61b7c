//! What the runtime offers and no crate binds in a form that cannot panic.

use js_sys::futures::JsFuture;
use js_sys::{ArrayBuffer, Error, JsString, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Headers, ReadableStream, ReadableStreamDefaultReader, Request, Response, ResponseInit, WritableStream,
};

use crate::problem::Problem;

#[wasm_bindgen]
extern "C" {
    /// A pipe of bytes that the runtime itself carries on to the client. Unlike with a stream of our own, whoever writes
    /// always learns when nobody reads any more.
    pub type IdentityTransformStream;

    /// Such a pipe.
    #[wasm_bindgen(constructor, catch)]
    pub fn new() -> Result<IdentityTransformStream, JsValue>;

    /// The end that is read.
    #[wasm_bindgen(method, getter)]
    pub fn readable(this: &IdentityTransformStream) -> ReadableStream;

    /// The end that is written.
    #[wasm_bindgen(method, getter)]
    pub fn writable(this: &IdentityTransformStream) -> WritableStream;

    /// A random identifier (RFC 9562, version 4).
    #[wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    pub fn random_uuid() -> String;

    /// An address, as the URL Standard parses it.
    #[wasm_bindgen(js_name = URL)]
    type Url;

    #[wasm_bindgen(constructor, js_class = "URL", catch)]
    fn parse(address: &str) -> Result<Url, JsValue>;

    /// The host in ASCII, without the port.
    #[wasm_bindgen(method, getter)]
    fn hostname(this: &Url) -> String;

    /// The digest of some bytes.
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = digest)]
    pub fn sha256(algorithm: &str, bytes: &[u8]) -> Promise;

    /// A number as JavaScript reads it. Rust's own parser costs kilobytes.
    #[wasm_bindgen(js_name = Number)]
    pub fn number(text: &str) -> f64;

    /// Percent signs into what they stand for.
    #[wasm_bindgen(catch, js_name = decodeURIComponent)]
    pub fn decode(text: &str) -> Result<String, JsValue>;

    /// Sends a request. What it throws at once is an error like any other.
    #[wasm_bindgen(catch)]
    pub fn fetch(request: &Request) -> Result<Promise, JsValue>;

    /// Fills `bytes` with what nobody can guess.
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    pub fn fill_random(bytes: &mut [u8]);

    /// A TCP connection. The `worker` crate's own binding of it comes with an adapter to Tokio's traits and panics where a
    /// property is missing.
    pub type Socket;

    /// Settles when it stands, or cannot be made.
    #[wasm_bindgen(method, getter)]
    pub fn opened(this: &Socket) -> Promise;

    /// Settles when it is at its end.
    #[wasm_bindgen(method, getter)]
    pub fn closed(this: &Socket) -> Promise;

    /// What the other end says.
    #[wasm_bindgen(method, getter)]
    pub fn readable(this: &Socket) -> ReadableStream;

    /// What is said to the other end.
    #[wasm_bindgen(method, getter)]
    pub fn writable(this: &Socket) -> WritableStream;

    /// Ends it in both directions.
    #[wasm_bindgen(method)]
    pub fn close(this: &Socket) -> Promise;
}

#[wasm_bindgen(module = "cloudflare:sockets")]
extern "C" {
    /// Begins a connection to `host:port`, without TLS.
    #[wasm_bindgen(catch)]
    pub fn connect(address: &str) -> Result<Socket, JsValue>;
}

/// The ASCII form of a Unicode host name, by the runtime's own URL parser: UTS #46 without its tables in our module.
pub fn unicode_to_ascii(host: &str) -> Option<String> {
    // What ends a host in a URL would be left out of the answer.
    if host.contains(['/', '\\', '?', '#', '@', ':', '%']) {
        return None;
    }
    Url::parse(&format!("https://{host}/")).ok().map(|url| url.hostname())
}

/// Milliseconds since 1970. At the edge, clocks advance at I/O only.
pub fn now() -> f64 {
    js_sys::Date::now()
}

/// Whole milliseconds since `start`.
pub fn elapsed_ms(start: f64) -> u32 {
    // The cast saturates, and a clock that was set back gives zero.
    (now() - start) as u32
}

/// Sets a header field. What we set are names and values that every runtime takes.
#[inline(never)]
pub fn set(headers: &Headers, name: &str, value: &str) {
    let _ = headers.set(name, value);
}

/// A header field; `None` where it is not there.
#[inline(never)]
pub fn header(headers: &Headers, name: &str) -> Option<String> {
    headers.get(name).ok().flatten()
}

/// An answer that is JSON.
#[inline(never)]
pub fn json(body: Vec<u8>, status: u16) -> Result<worker::Response, Problem> {
    let response = worker::Response::from_bytes(body)?.with_status(status);
    set(&response.headers().0, "content-type", "application/json");
    Ok(response)
}

/// An answer of bytes that are not in our own memory.
pub fn response(body: Option<&Uint8Array>, status: u16, headers: &Headers) -> Result<Response, Problem> {
    let init = ResponseInit::new();
    init.set_status(status);
    init.set_headers(headers);
    Response::new_with_opt_js_u8_array_and_init(body, &init).map_err(|thrown| Problem::thrown(&thrown))
}

/// The whole body of an answer, outside of our own memory.
pub async fn bytes(response: Response) -> Result<Uint8Array, Problem> {
    let thrown = |thrown: JsValue| Problem::thrown(&thrown);
    let buffer = JsFuture::from(response.array_buffer().map_err(thrown)?).await.map_err(thrown)?;
    Ok(Uint8Array::new(buffer.unchecked_ref::<ArrayBuffer>()))
}

/// What a body brings, of strangers' ones that nobody else bounds; `None` where that is more than `most` bytes. It is read
/// chunk by chunk, because a length need not be said and cannot be trusted; what is beyond is given up, and not waited for.
pub async fn read_up_to(body: Option<ReadableStream>, most: usize) -> Result<Option<Vec<u8>>, JsValue> {
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
pub fn cancel(response: &Response) {
    if let Some(stream) = response.body() {
        ignore(stream.cancel());
    }
}

/// Lets a promise come to its end: one that is rejected, and that nobody listens to, would be reported as an error of
/// ours.
pub fn ignore<T: wasm_bindgen::convert::FromWasmAbi + 'static>(promise: Promise<T>) {
    drop(JsFuture::from(promise));
}

/// A time in milliseconds since 1970 as RFC 3339 writes it, in UTC.
pub fn iso(at: f64) -> String {
    String::from(js_sys::Date::new(&JsValue::from_f64(at)).to_iso_string())
}

/// What a thrown value says.
pub fn message(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<Error>() {
        Some(error) => String::from(error.message()),
        None => thrown.dyn_ref::<JsString>().map(String::from).unwrap_or_default(),
    }
}
