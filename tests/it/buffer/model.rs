//! The buffer against a plain list: whatever is pushed, sent, refused, dropped, killed and reopened
//! in whatever order, both hold the same.
//!
//! A kill is a file cut back to what it was in the middle of a write: the bytes that a push adds
//! arrive in part. What was acknowledged before must be there, what was not may be there or not.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use charm_tracing::__buffer::{Buffer, Cause, Dropped, Entry, Limits, Priority, Record};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{moment, place};

const LIMITS: Limits = Limits {
    dispatches: 6,
    bytes: 4_000,
    age: Duration::from_secs(60),
    lock_wait: Duration::from_secs(5),
    reserve: 0,
};

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Stores a record of this priority and size for one of a few dispatches.
    Push(u8, u8, u16),
    /// Time goes on, in seconds.
    Wait(u8),
    /// The oldest of the most important is delivered, as a drain does.
    Send,
    /// It is refused for good.
    Refuse,
    /// The last push is taken back to the middle of its write, then the file is opened again.
    Kill(u8),
    Reopen,
    /// Another file with one record is taken over.
    Import(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (0..3_u8, 0..9_u8, 0..1_500_u16).prop_map(|(p, d, s)| Step::Push(p, d, s)),
        1 => (0..50_u8).prop_map(Step::Wait),
        3 => Just(Step::Send),
        1 => Just(Step::Refuse),
        2 => any::<u8>().prop_map(Step::Kill),
        1 => Just(Step::Reopen),
        1 => any::<u8>().prop_map(Step::Import),
    ];
    vec(step, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_buffer_is_the_list(steps in steps(), reserve in prop_oneof![Just(0_u64), 200..2_000_u64]) {
        let (_directory, path) = place();
        let mut both = Both::new(&path, Limits { reserve, ..LIMITS });
        for step in steps {
            both.take(step);
            both.compare(step);
        }
    }
}

/// One record as the list has it.
#[derive(Clone, Debug, PartialEq)]
struct Item {
    dispatch: u8,
    priority: Priority,
    second: u64,
    payload: Vec<u8>,
    told: u64,
}

/// What a push that is killed in the middle goes back to.
struct Before {
    bytes: Vec<u8>,
    inode: u64,
    list: Vec<Item>,
    dropped: u64,
}

struct Both<'a> {
    path: &'a Path,
    limits: Limits,
    buffer: Buffer,
    list: Vec<Item>,
    /// Dispatches that were dropped and are told by no record.
    dropped: u64,
    /// Makes every record's time and payload its own.
    now: u64,
    /// The file, its inode and the list before the last push.
    before: Option<Before>,
    /// Whether the last step ended a record.
    ended: bool,
}

impl<'a> Both<'a> {
    fn new(path: &'a Path, limits: Limits) -> Self {
        Both {
            path,
            limits,
            buffer: Buffer::open(path, limits).unwrap(),
            list: Vec::new(),
            dropped: 0,
            now: 0,
            before: None,
            ended: false,
        }
    }

    fn take(&mut self, step: Step) {
        let before = self.before.take();
        self.ended = false;
        match step {
            Step::Push(priority, dispatch, size) => self.push(priority, dispatch, size),
            Step::Wait(seconds) => self.now += u64::from(seconds),
            Step::Send | Step::Refuse => self.end(matches!(step, Step::Refuse)),
            Step::Kill(at) => {
                if let Some(before) = before {
                    self.kill(at, before);
                }
            }
            Step::Reopen => self.buffer = Buffer::open(self.path, self.limits).unwrap(),
            Step::Import(number) => self.import(number),
        }
    }

    fn push(&mut self, priority: u8, dispatch: u8, size: u16) {
        self.now += 1;
        let item = Item {
            dispatch,
            priority: [Priority::Routine, Priority::Ordinary, Priority::Failed]
                [usize::from(priority)],
            second: self.now,
            payload: vec![self.now as u8; usize::from(size)],
            told: self.dropped,
        };
        let before = Before {
            bytes: fs::read(self.path).unwrap(),
            inode: fs::metadata(self.path).unwrap().ino(),
            list: self.list.clone(),
            dropped: self.dropped,
        };
        let told = self.buffer.dropped().unwrap();
        let gone = store(&mut self.buffer, &item, &told);
        self.model_push(item, gone.total().dispatches);
        self.before = Some(before);
    }

    /// Keeps the rules by themselves: what is too old, then by priority and age until both limits
    /// hold. Room is the file's own affair, so here the number that went is believed, the choice not.
    fn model_push(&mut self, item: Item, gone: u64) {
        self.dropped -= item.told;
        let mut dispatches: BTreeMap<u8, (Priority, u64, u64)> = BTreeMap::new();
        for old in self.list.iter().filter(|old| old.dispatch != item.dispatch) {
            let new = (old.priority, old.second, old.second);
            let entry = dispatches.entry(old.dispatch).or_insert(new);
            entry.0 = entry.0.max(old.priority);
            entry.1 = entry.1.min(old.second);
            entry.2 = entry.2.max(old.second);
        }
        let is_old = |newest: u64| item.second - newest > LIMITS.age.as_secs();
        let mut order: Vec<(bool, Priority, u64, u8)> = dispatches
            .into_iter()
            .map(|(dispatch, (priority, oldest, newest))| {
                (!is_old(newest), priority, oldest, dispatch)
            })
            .collect();
        order.sort_unstable();
        let must = order.iter().filter(|(young, ..)| !young).count() as u64;
        assert!(gone >= must, "{must} were too old and {gone} went");
        let mut going: Vec<u8> = order.iter().map(|(.., dispatch)| *dispatch).collect();
        // The newcomer's own earlier records go when nothing else is left to go.
        going.push(item.dispatch);
        going.truncate(gone as usize);
        self.drop(&going);
        let others = order.len() as u64 - gone.min(order.len() as u64);
        assert!(others < LIMITS.dispatches as u64);
        self.list.push(item);
    }

    fn drop(&mut self, going: &[u8]) {
        let is_going = |item: &Item| going.contains(&item.dispatch);
        let told: u64 = self
            .list
            .iter()
            .filter(|item| is_going(item))
            .map(|item| item.told)
            .sum();
        self.dropped += going.len() as u64 + told;
        self.list.retain(|item| !is_going(item));
    }

    fn end(&mut self, refuse: bool) {
        let mut entries = self.buffer.entries().unwrap();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.priority()));
        let Some(first) = entries.first().cloned() else {
            return;
        };
        let second = second(&first);
        let at = self
            .list
            .iter()
            .position(|item| item.second == second)
            .unwrap();
        let item = self.list.remove(at);
        self.ended = true;
        if refuse {
            assert_eq!(self.buffer.discard(&[first], Cause::Refused).unwrap(), 1);
            self.dropped += 1 + item.told;
        } else {
            assert_eq!(self.buffer.remove(&[first]).unwrap(), 1);
        }
    }

    /// Lets only the first bytes of what the last push wrote arrive, in the order of the writes
    /// where it only appended: body, then head.
    fn kill(&mut self, at: u8, before: Before) {
        let Before {
            bytes: before,
            inode,
            list,
            dropped,
        } = before;
        // A rewritten file is there as a whole.
        if fs::metadata(self.path).unwrap().ino() != inode {
            return;
        }
        let after = fs::read(self.path).unwrap();
        let appended = after.len() > before.len() && after.starts_with(&before);
        let differing = before
            .iter()
            .zip(&after)
            .position(|(one, other)| one != other);
        // Nothing was dropped for it and nothing told, so all that changed is the room it went to.
        let is_all = self.list.len() == list.len() + 1 && self.dropped == dropped;
        let start = match differing {
            None if appended => before.len(),
            // The marker stays and the state is the first byte to change.
            Some(state) if is_all && after.len() == before.len() => state - 4,
            _ => return,
        };
        // Nothing behind the frame: what is there was written after its head.
        let length = u32::from_le_bytes(after[start + 16..start + 20].try_into().unwrap());
        let fresh = &after[start..start + 28 + usize::try_from(length).unwrap()];
        let cut = 28 + usize::from(at) * (fresh.len() - 28) / 255;
        let mut torn = before.clone();
        torn.resize(before.len().max(start + cut), 0);
        torn[start + 28..start + cut].copy_from_slice(&fresh[28..cut]);
        fs::write(self.path, torn).unwrap();
        (self.list, self.dropped) = (list, dropped);
        self.buffer = Buffer::open(self.path, self.limits).unwrap();
    }

    fn import(&mut self, number: u8) {
        self.now += 1;
        let other = self.path.with_extension("other");
        let mut source = Buffer::open(&other, self.limits).unwrap();
        let item = Item {
            dispatch: number % 7,
            priority: Priority::Ordinary,
            second: self.now,
            payload: vec![self.now as u8; 40],
            told: 0,
        };
        store(&mut source, &item, &Dropped::default());
        drop(source);
        let imported = self.buffer.import(&other).unwrap();
        assert_eq!((imported.records, imported.lost), (1, 0));
        assert!(!other.exists());
        self.model_push(item, imported.dropped.total().dispatches);
    }

    fn compare(&self, step: Step) {
        let entries = self.buffer.entries().unwrap();
        let seconds: Vec<u64> = entries.iter().map(second).collect();
        let mut expected: Vec<&Item> = self.list.iter().collect();
        expected.sort_by_key(|item| item.second);
        let listed: Vec<u64> = expected.iter().map(|item| item.second).collect();
        assert_eq!(seconds, listed, "after {step:?}");
        for (entry, item) in entries.iter().zip(expected) {
            assert_eq!(self.buffer.payload(entry).unwrap(), item.payload);
            assert_eq!(entry.priority(), item.priority);
        }
        let dropped = self.buffer.dropped().unwrap().total().dispatches;
        assert_eq!(dropped, self.dropped, "after {step:?}");
        let usage = self.buffer.usage().unwrap();
        // One record and a frame of counters may pass the limit, and what becomes an index behind them.
        let index = 44 + 66 * (usage.records as u64 + 2);
        let most = LIMITS.bytes + 1_700 + index;
        assert!(usage.file_bytes <= most, "{usage:?}");
        assert!(usage.dispatches <= LIMITS.dispatches);
        // A drain gives the room back, and that of a torn write with it.
        if entries.is_empty() && self.ended {
            // The head, the counters and before them room that was too small to move them to, and the reserve.
            let most = 32 + 2 * (28 + 64) + self.limits.reserve;
            assert!(usage.file_bytes < most, "{usage:?}");
        }
    }
}

fn second(entry: &Entry) -> u64 {
    entry.created().duration_since(moment(0)).unwrap().as_secs()
}

fn store(buffer: &mut Buffer, item: &Item, told: &Dropped) -> Dropped {
    let record = Record {
        priority: item.priority,
        spans: 2,
        created: moment(0) + Duration::from_secs(item.second),
        trace_id: [item.dispatch; 16],
        payload: &item.payload,
    };
    buffer.push_reporting(&record, told).unwrap()
}
