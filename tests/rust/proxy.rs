//! The proxies of the configuration: a tunnel by CONNECT, and a second one only when the first cannot be reached.

use std::io::{BufRead, BufReader, Write, copy};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use xpayclient_core::Code;
use xpayclient_tests::{MID, Shop, name};

/// A proxy that accepts or refuses every CONNECT and records the addresses.
struct Proxy {
    port: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start(status: &'static str) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let seen = seen.clone();
                thread::spawn(move || serve(stream.unwrap(), status, &seen));
            }
        });
        Proxy { port, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(mut client: TcpStream, status: &str, asked: &Mutex<Vec<String>>) {
    let lines = BufReader::new(client.try_clone().unwrap()).lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let target = head[0].split(' ').nth(1).unwrap().to_owned();
    asked.lock().unwrap().push(head[0].clone());
    write!(client, "HTTP/1.1 {status}\r\n\r\n").unwrap();
    if status.starts_with("200") {
        let server = TcpStream::connect(target).unwrap();
        let (mut up, mut down) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        thread::spawn(move || pump(&mut up, &mut down));
        pump(&mut &server, &mut client);
    }
}

fn pump(from: &mut (impl std::io::Read + ?Sized), to: &mut TcpStream) {
    let _ = copy(from, to);
    let _ = to.shutdown(Shutdown::Write);
}

#[test]
fn a_payment_goes_through_the_tunnel() {
    let shop = Shop::open();
    let proxy = Proxy::start("200 Connection established");
    let client = shop.client(&[("proxy_host", "127.0.0.1"), ("proxy_port", &proxy.port)]);
    assert_eq!(name(&shop.payment(&client).send()), "answered");
    assert_eq!(proxy.asked(), [format!("CONNECT 127.0.0.1:{} HTTP/1.1", shop.sandbox.port())]);
    assert_eq!(shop.balance(), 23_400);
}

/// Nothing listens at 127.0.0.2. The second proxy listens on the same port.
#[test]
fn the_second_proxy_is_used_if_the_first_cannot_be_reached() {
    let shop = Shop::open();
    let proxy = Proxy::start("200 OK");
    let settings =
        [("proxy_host", "127.0.0.2"), ("proxy_sub_host", "127.0.0.1"), ("proxy_port", &proxy.port)];
    assert_eq!(name(&shop.payment(&shop.client(&settings)).send()), "answered");
    assert_eq!(proxy.asked().len(), 1);
    shop.only_request("PaymentByKey");
}

#[test]
fn the_second_proxy_is_not_tried_if_the_first_refuses() {
    let shop = Shop::open();
    let proxy = Proxy::start("403 Forbidden");
    let settings =
        [("proxy_host", "127.0.0.1"), ("proxy_sub_host", "127.0.0.1"), ("proxy_port", &proxy.port)];
    let outcome = shop.payment(&shop.client(&settings)).send();
    assert_eq!(name(&outcome), "not_sent");
    assert_eq!(outcome.error().unwrap().code(), Code::CONNECT);
    assert!(outcome.error().unwrap().cause().contains("403"), "{outcome:?}");
    assert_eq!(proxy.asked().len(), 1);
    assert!(shop.sandbox.requests().is_empty());
}

/// A failure behind the tunnel is rolled back like any other, and the payment is not sent again through the second proxy.
#[test]
fn a_failure_behind_the_tunnel_is_rolled_back() {
    let shop = Shop::open();
    let proxy = Proxy::start("200 OK");
    let settings =
        [("proxy_host", "127.0.0.1"), ("proxy_sub_host", "127.0.0.1"), ("proxy_port", &proxy.port)];
    let mut payment = shop.payment(&shop.client(&settings));
    payment.set("XPAY_SANDBOX_FAULT", "close").unwrap();
    assert_eq!(name(&payment.send()), "rolled_back");
    shop.only_request("PaymentByKey");
    assert_eq!(proxy.asked().len(), 2, "the payment and its Rollback");
}

#[test]
fn a_proxy_that_cannot_be_resolved_has_its_own_code() {
    let shop = Shop::open();
    let client = shop.client(&[("proxy_host", "proxy.invalid"), ("proxy_port", "3128")]);
    let mut ping = client.transaction(MID).unwrap();
    ping.set("LGD_TXNAME", "Ping").unwrap();
    let outcome = ping.send();
    assert_eq!(outcome.error().unwrap().code(), Code::RESOLVE_PROXY);
    assert!(outcome.error().unwrap().cause().starts_with("Resolve proxy error; "));
}
