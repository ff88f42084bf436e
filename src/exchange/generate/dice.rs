//! Chance that is the same for the same seed, on every machine and with every version of the program.

/// A row of random numbers ([SplitMix64](https://prng.di.unimi.it/splitmix64.c)).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The row that belongs to a seed.
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to just below 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number below `end`; 0 where there is none.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// True in that many of a thousand cases.
    pub fn per_mille(&mut self, cases: usize) -> bool {
        self.below(1000) < cases
    }

    /// A number of a log-normal distribution: half of them are below `median`, a sixth above `median` × e^`spread`.
    pub fn log_normal(&mut self, median: f64, spread: f64) -> f64 {
        // Twelve numbers from 0 to 1 have a sum that is all but normal, with the mean 6 and the deviation 1.
        let normal = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
        median * (spread * normal).exp()
    }
}

/// Picks of which the first is the likeliest, and the nth an nth as likely, as words, tags and links are.
#[derive(Debug)]
pub struct Zipf(Vec<f64>);

impl Zipf {
    /// Over so many things.
    pub fn new(things: usize) -> Zipf {
        let mut sum = 0.0;
        let sums = (1..=things).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        Zipf(sums.collect())
    }

    /// One of them, counted from 0.
    pub fn pick(&self, dice: &mut Dice) -> usize {
        let place = dice.unit() * self.0.last().copied().unwrap_or(0.0);
        self.0.partition_point(|sum| *sum <= place).min(self.0.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same() {
        let mut dice = Dice::new(1_234_567);
        assert_eq!([dice.next(), dice.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]); // as published
    }

    #[test]
    fn half_of_the_lengths_are_below_the_median() {
        let mut dice = Dice::new(1);
        let lengths: Vec<f64> = (0..10_000).map(|_| dice.log_normal(300.0, 0.7)).collect();
        let share = |most: f64| lengths.iter().filter(|length| **length < most).count();
        assert!((4_800..5_200).contains(&share(300.0)), "{}", share(300.0));
        assert!((8_200..8_600).contains(&share(300.0 * 0.7_f64.exp())), "{}", share(300.0 * 0.7_f64.exp()));
    }

    #[test]
    fn the_first_is_picked_twice_as_often_as_the_second() {
        let (mut dice, zipf) = (Dice::new(1), Zipf::new(50));
        let mut picked = [0_usize; 50];
        (0..45_000).for_each(|_| picked[zipf.pick(&mut dice)] += 1);
        assert!((9_500..10_500).contains(&picked[0]) && (4_700..5_300).contains(&picked[1]) && picked[49] > 100, "{picked:?}");
    }
}
