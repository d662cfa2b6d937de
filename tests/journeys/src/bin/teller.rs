//! A program that watches and writes letters, to be killed: for each line it reads it asks about every case, sends what there is to
//! tell, and answers with a line.
//!
//! Usage: `casefolio-teller FOLDER ROOT.pem`; the first line of standard input is the passphrase.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "it speaks to the test that started it, and stops where it stands"
)]

use std::io::BufRead;
use std::path::PathBuf;
use std::sync::Arc;

use casefolio_core::mail::Post;
use casefolio_core::parts::{KdfStrength, NoKeyStore, Passphrase};
use casefolio_core::telling::Dispatcher;
use casefolio_core::watch::{Order, run_round};
use casefolio_core::{Core, Home, Parts, SystemClock};
use casefolio_network::ExtraRoot;
use casefolio_store::outbox::Channel;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (folder, root) = (arguments.next().unwrap(), arguments.next().unwrap());
    let mut lines = std::io::stdin().lock().lines().map(Result::unwrap);
    let passphrase = Passphrase::new(lines.next().unwrap().into()).unwrap();
    let parts = Parts {
        clock: Arc::new(SystemClock),
        key_store: Arc::new(NoKeyStore),
        strength: KdfStrength::SMALLEST_ACCEPTED,
        channel: Channel::Desktop,
    };
    let core = Core::new(Home::at(folder), parts);
    let portfolio = Arc::new(core.unlock(&core.choose(None).unwrap(), &passphrase).unwrap());
    let root = ExtraRoot::parse(&std::fs::read(root).unwrap()).unwrap();
    let words = |key: &str, _| key.to_owned();
    let post = Post::new(&portfolio, tokio::runtime::Handle::current(), words).trusting(root);
    let letters = Dispatcher::start_mail(&portfolio, Arc::new(post)).unwrap();
    println!("ready");
    for _line in lines {
        run_round(&portfolio, &Order::All).await.unwrap();
        let telling = letters.clone();
        tokio::task::spawn_blocking(move || telling.flush()).await.unwrap();
        println!("done");
    }
}
