//! The channel suite of Millrace's benchmarks for channels of Rust: the same grid, the same numbers of messages, the
//! same lines of results. `channel-suite ROUND CELLS` measures every cell whose name matches the regular expression.

use std::thread;
use std::time::{Duration, Instant};

const RUNS: usize = 3;
const WARM_UP: Duration = Duration::from_millis(200);

#[derive(Clone, Copy)]
struct Pattern {
    title: &'static str,
    senders: usize,
    receivers: usize,
}

const SEQ: &str = "seq";

const PATTERNS: [Pattern; 5] = [
    Pattern { title: SEQ, senders: 0, receivers: 0 },
    Pattern { title: "spsc", senders: 1, receivers: 1 },
    Pattern { title: "mpsc", senders: 4, receivers: 1 },
    Pattern { title: "spmc", senders: 1, receivers: 4 },
    Pattern { title: "mpmc", senders: 4, receivers: 4 },
];

#[derive(Clone, Copy)]
struct Capacity {
    title: &'static str,
    /// None: unbounded.
    bound: Option<usize>,
    messages: usize,
    holds_all: bool,
}

const CAPACITIES: [Capacity; 5] = [
    Capacity { title: "0", bound: Some(0), messages: 100_000, holds_all: false },
    Capacity { title: "1", bound: Some(1), messages: 100_000, holds_all: false },
    Capacity { title: "128", bound: Some(128), messages: 400_000, holds_all: false },
    Capacity { title: "N", bound: Some(1_000_000), messages: 1_000_000, holds_all: true },
    Capacity { title: "unbounded", bound: None, messages: 1_000_000, holds_all: true },
];

/// The two ends of a channel, which threads share.
trait Ends: Clone + Send + 'static {
    fn open(bound: Option<usize>) -> Self;
    fn send(&self, message: usize);
    fn receive(&self) -> usize;
}

macro_rules! ends {
    ($name:ident, $channel:ident) => {
        #[derive(Clone)]
        struct $name($channel::Sender<usize>, $channel::Receiver<usize>);

        impl Ends for $name {
            fn open(bound: Option<usize>) -> Self {
                let (sender, receiver) = match bound {
                    Some(bound) => $channel::bounded(bound),
                    None => $channel::unbounded(),
                };
                $name(sender, receiver)
            }
            fn send(&self, message: usize) {
                self.0.send(message).expect("disconnected");
            }
            fn receive(&self) -> usize {
                self.1.recv().expect("disconnected")
            }
        }
    };
}

ends!(Flume, flume);
ends!(Kanal, kanal);
ends!(Crossbeam, crossbeam_channel);

fn run<E: Ends>(pattern: Pattern, capacity: Capacity) {
    let ends = E::open(capacity.bound);
    let send = |ends: E, count: usize| (0..count).for_each(|i| ends.send(i));
    let receive = |ends: E, count: usize| {
        for _ in 0..count {
            std::hint::black_box(ends.receive());
        }
    };
    if pattern.title == SEQ {
        send(ends.clone(), capacity.messages);
        receive(ends, capacity.messages);
        return;
    }
    let mut parties = Vec::new();
    for _ in 0..pattern.senders {
        let mine = ends.clone();
        parties.push(thread::spawn(move || send(mine, capacity.messages / pattern.senders)));
    }
    for _ in 0..pattern.receivers {
        let mine = ends.clone();
        parties.push(thread::spawn(move || receive(mine, capacity.messages / pattern.receivers)));
    }
    for party in parties {
        party.join().expect("a party panicked");
    }
}

/// CPU time of this process.
fn cpu_nanos() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the clock exists, and the pointer is to a live timespec.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    assert_eq!(status, 0, "clock_gettime failed");
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

fn measure<E: Ends>(rival: &str, round: &str, cells: &regex::Regex) {
    for pattern in PATTERNS {
        for capacity in CAPACITIES {
            let cell = format!("platform/{}/{}", pattern.title, capacity.title);
            if (pattern.title == SEQ && !capacity.holds_all) || !cells.is_match(&cell) {
                continue;
            }
            let start = Instant::now();
            while start.elapsed() < WARM_UP {
                run::<E>(pattern, capacity);
            }
            for _ in 0..RUNS {
                let cpu_before = cpu_nanos();
                let before = Instant::now();
                run::<E>(pattern, capacity);
                let nanos = before.elapsed().as_nanos();
                let cpu = cpu_nanos() - cpu_before;
                println!(
                    "{round},{rival},platform,{},{},{},{nanos},{cpu},-1",
                    pattern.title, capacity.title, capacity.messages
                );
            }
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, round, cells] = arguments.as_slice() else {
        eprintln!("usage: channel-suite ROUND CELLS");
        std::process::exit(2);
    };
    let cells = regex::Regex::new(cells).expect("CELLS is no regular expression");
    measure::<Flume>("flume", round, &cells);
    measure::<Kanal>("kanal", round, &cells);
    measure::<Crossbeam>("crossbeam", round, &cells);
}
