//! How input is damaged: a case of the corpus with a few changes, all of which follow from a seed.

use kakehashi::demo::dice::Dice;

/// What is damaged, and words that belong into such input.
pub struct Corpus {
    pub cases: Vec<Vec<u8>>,
    pub words: &'static [&'static [u8]],
}

/// Most changes of one case.
const CHANGES: usize = 8;
/// Longest part that is moved at once, in bytes.
const PART: usize = 64;
/// No case grows beyond this, in bytes.
const LONGEST: usize = 1 << 20;
/// Values at which counting goes wrong.
const EDGES: [u64; 9] = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF];

impl Corpus {
    /// The case of a seed.
    pub fn mutated(&self, seed: u64) -> Vec<u8> {
        let mut dice = Dice::new(seed);
        // Neighbouring seeds begin alike: the first throw is thrown away.
        dice.bits();
        let mut case = self.cases[dice.below(self.cases.len())].clone();
        for _ in 0..=dice.below(CHANGES) {
            self.change(&mut case, &mut dice);
        }
        case.truncate(LONGEST);
        case
    }

    fn change(&self, case: &mut Vec<u8>, dice: &mut Dice) {
        let at = dice.below(case.len() + 1);
        let rest = case.len() - at;
        let length = dice.below(PART.min(rest) + 1);
        match dice.below(10) {
            0 if rest > 0 => case[at] ^= 1 << dice.below(8),
            1 if rest > 0 => case[at] = dice.bits() as u8,
            2 => {
                let value = EDGES[dice.below(EDGES.len())];
                let width = [1, 2, 4, 8][dice.below(4)].min(rest);
                let bytes = if dice.chance(0.5) { value.to_le_bytes() } else { value.to_be_bytes() };
                let from = if bytes[0] == 0 && value > 0 { 8 - width } else { 0 };
                case[at..at + width].copy_from_slice(&bytes[from..from + width]);
            }
            3 => drop(case.drain(at..at + length)),
            4 => {
                let part = case[at..at + length].to_vec();
                let times = 1 + dice.below(16);
                splice(case, at, &part.repeat(times));
            }
            5 => {
                let noise: Vec<u8> = (0..length).map(|_| dice.bits() as u8).collect();
                splice(case, at, &noise);
            }
            6 => {
                let other = &self.cases[dice.below(self.cases.len())];
                let from = dice.below(other.len());
                splice(case, at, &other[from..(from + 8 * PART).min(other.len())]);
            }
            7 if dice.chance(0.2) => case.truncate(at),
            8 | 9 if !self.words.is_empty() => splice(case, at, self.words[dice.below(self.words.len())]),
            _ => {}
        }
    }
}

fn splice(case: &mut Vec<u8>, at: usize, part: &[u8]) {
    drop(case.splice(at..at, part.iter().copied()));
}

#[test]
fn a_seed_makes_the_same_case_each_time_and_another_one_another() {
    let corpus = Corpus { cases: vec![vec![7; 500], b"some words".to_vec()], words: &[b"word"] };
    let cases: std::collections::BTreeSet<Vec<u8>> = (0..500).map(|seed| corpus.mutated(seed)).collect();
    assert!((0..500).all(|seed| cases.contains(&corpus.mutated(seed))));
    assert!(cases.len() > 350, "{}", cases.len());
}
