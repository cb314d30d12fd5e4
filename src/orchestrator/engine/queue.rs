//! Which pods are to be created next (layer 3, pure).
//!
//! Ten thousand steps may become ready at once: only a few of their pods exist as objects and requests, the others are two
//! numbers each. Steps with the same settings are a class: what the server says of one of them, that a quota is used up or
//! that a webhook is away, holds for the others, which then wait without asking, and not for steps of another class.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use crate::orchestrator::create::WINDOW;
use crate::orchestrator::ledger::Try;
use crate::orchestrator::machine::Attempt;

/// So many are under way at once: twice as many as there are requests, so that none of these has to wait for us.
const AT_ONCE: usize = 2 * WINDOW;

/// An attempt whose pod is to be created, with how many attempts before it were charged to the user's retries.
pub(super) type Wanted = (Try, Attempt);

/// The pods that are to be created, in the order in which they were asked for.
#[derive(Debug, Default)]
pub(super) struct Queue {
    classes: HashMap<usize, Class>,
    /// The classes that have something to do and may, by the number of their first.
    open: BTreeSet<(u64, usize)>,
    /// Those that wait in a class.
    queued: HashSet<Try>,
    /// Those under way, with their class, and whether they are delayed.
    under_way: HashMap<Try, (usize, bool)>,
    flying: usize,
    last: u64,
}

#[derive(Debug)]
struct Class {
    waiting: VecDeque<(u64, Wanted)>,
    flying: usize,
    delayed: usize,
    /// How many may fly: none after a delay, one after the success that ends it, then twice as many after each.
    width: usize,
}

impl Default for Class {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), flying: 0, delayed: 0, width: AT_ONCE }
    }
}

impl Class {
    /// The number of the first, if it may fly.
    fn next(&self) -> Option<u64> {
        // Somebody has to ask, or nobody would ever know that the delay is over.
        let width = self.width.max(usize::from(self.delayed == 0));
        self.waiting.front().filter(|_| self.flying < width).map(|(number, _)| *number)
    }
}

impl Queue {
    /// Adds one of `class`.
    pub(super) fn push(&mut self, class: usize, wanted: Wanted) {
        self.last += 1;
        let number = self.last;
        self.queued.insert(wanted.0);
        self.change(class, |class| class.waiting.push_back((number, wanted)));
    }

    /// The next one to create, if any may be created now.
    pub(super) fn pop(&mut self) -> Option<Wanted> {
        while self.flying < AT_ONCE {
            let (_, at) = *self.open.first()?;
            let (_, wanted) = self.change(at, |class| class.waiting.pop_front())?;
            if self.queued.remove(&wanted.0) {
                self.flying += 1;
                self.under_way.insert(wanted.0, (at, false));
                self.change(at, |class| class.flying += 1);
                return Some(wanted);
            }
        }
        None
    }

    /// Takes one back that still waits; whether it did.
    pub(super) fn take_back(&mut self, one: Try) -> bool {
        self.queued.remove(&one)
    }

    /// The server does not create one yet: the others of its class need not ask.
    pub(super) fn delayed(&mut self, one: Try) {
        if let Some((class, delayed @ false)) = self.under_way.get_mut(&one) {
            *delayed = true;
            self.flying -= 1;
            let at = *class;
            self.change(at, |class| {
                class.flying -= 1;
                class.delayed += 1;
                class.width = 0;
            });
        }
    }

    /// One is there, or will never be.
    pub(super) fn done(&mut self, one: Try, created: bool) {
        let Some((at, delayed)) = self.under_way.remove(&one) else { return };
        self.flying -= usize::from(!delayed);
        self.change(at, |class| {
            class.flying -= usize::from(!delayed);
            class.delayed -= usize::from(delayed);
            if created {
                class.width = (class.width * 2).clamp(1, AT_ONCE);
            }
        });
    }

    /// Changes a class, and sees whether its first may fly after that.
    fn change<T>(&mut self, at: usize, change: impl FnOnce(&mut Class) -> T) -> T {
        let class = self.classes.entry(at).or_default();
        let before = class.next();
        let result = change(class);
        let after = class.next();
        if before != after {
            before.map(|number| self.open.remove(&(number, at)));
            after.map(|number| self.open.insert((number, at)));
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All that may be created now.
    fn all(queue: &mut Queue) -> Vec<usize> {
        std::iter::from_fn(|| queue.pop()).map(|((step, _), _)| step).collect()
    }

    fn delay(queue: &mut Queue, steps: &[usize]) {
        for step in steps {
            queue.delayed((*step, 1));
        }
    }

    fn done(queue: &mut Queue, steps: &[usize], created: bool) {
        for step in steps {
            queue.done((*step, 1), created);
        }
    }

    fn with(steps: usize, class: impl Fn(usize) -> usize) -> Queue {
        let mut queue = Queue::default();
        for step in 0..steps {
            queue.push(class(step), ((step, 1), 0));
        }
        queue
    }

    #[test]
    fn few_are_under_way_and_none_is_forgotten() {
        let mut queue = with(10_000, |step| step % 3);
        let mut expected = 0;
        while expected < 10_000 {
            let now = all(&mut queue);
            assert!((1..=AT_ONCE).contains(&now.len()), "{now:?}");
            for step in now {
                assert_eq!(step, expected, "in order");
                queue.done((step, 1), true);
                expected += 1;
            }
        }
        assert!(all(&mut queue).is_empty());
    }

    #[test]
    fn a_delay_holds_its_own_class_until_it_is_over() {
        let mut queue = with(200, |step| step % 2);
        let now = all(&mut queue);
        assert_eq!(now.len(), AT_ONCE);
        let (even, mut odd): (Vec<usize>, Vec<_>) = now.iter().partition(|step| **step % 2 == 0);
        delay(&mut queue, &even);
        odd.extend(all(&mut queue));
        assert!(odd.len() == AT_ONCE && odd.iter().all(|step| step % 2 == 1), "{odd:?}");
        done(&mut queue, &odd, true);
        assert!(all(&mut queue).iter().all(|step| step % 2 == 1));
        // One got through, so one may ask, then two, then four.
        let mut queue = with(100, |_| 0);
        let now = all(&mut queue);
        delay(&mut queue, &now);
        assert!(all(&mut queue).is_empty());
        queue.done((0, 1), true);
        let one = all(&mut queue);
        assert_eq!(one.len(), 1);
        queue.done((one[0], 1), true);
        assert_eq!(all(&mut queue).len(), 2);
    }

    #[test]
    fn where_all_that_waited_gave_up_somebody_asks_again() {
        let mut queue = with(100, |_| 0);
        let now = all(&mut queue);
        delay(&mut queue, &now);
        done(&mut queue, &now, false);
        assert_eq!(all(&mut queue).len(), 1);
    }

    #[test]
    fn who_is_taken_back_does_not_come() {
        let mut queue = with(100, |_| 0);
        let now = all(&mut queue);
        assert!(!queue.take_back((now[0], 1)) && queue.take_back((99, 1)) && !queue.take_back((99, 1)));
        let mut seen = now.len();
        done(&mut queue, &now, true);
        loop {
            let now = all(&mut queue);
            assert!(!now.contains(&99));
            seen += now.len();
            if now.is_empty() {
                break;
            }
            done(&mut queue, &now, true);
        }
        assert_eq!(seen, 99);
    }
}
