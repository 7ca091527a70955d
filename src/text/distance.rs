//! How far two words are apart, and which word was meant.

use std::iter::zip;

/// Longer words are no names that somebody meant to type. The names of Kubernetes objects have 253 letters at most.
const LONGEST: usize = 253;

/// How many letters must be typed, left out, replaced or swapped with their neighbor to make one word of the other; `None` if it is more
/// than `most`, or if a word is too long to be a name. Words of very different length cost nothing, so that a file may hold
/// thousands of them, or one of megabytes.
pub fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    if a.len().max(b.len()) > LONGEST * char::MAX.len_utf8() {
        return None;
    }
    if a.is_ascii() && b.is_ascii() {
        return ascii_distance(a.as_bytes(), b.as_bytes(), most);
    }
    let [letters_of_a, letters_of_b] = [a, b].map(|word| word.chars().count());
    if letters_of_a.abs_diff(letters_of_b) > most || letters_of_a.max(letters_of_b) > LONGEST {
        return None;
    }
    let (a, b) = differing(a, b);
    // Each letter that the other word lacks must be replaced or left out.
    let [a_has, b_has] = [a, b].map(|word| word.chars().fold(0_u64, |set, letter| set | 1 << (letter as u32 % 64)));
    if [a_has & !b_has, b_has & !a_has].iter().any(|only| only.count_ones() as usize > most) {
        return None;
    }
    Some(strsim::osa_distance(a, b)).filter(|distance| *distance <= most)
}

/// The same of words in which every letter is a byte: nearly all are such, and one that is typed is compared with all fields of its struct.
fn ascii_distance(mut a: &[u8], mut b: &[u8], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most || a.len().max(b.len()) > LONGEST {
        return None;
    }
    let start = zip(a, b).take_while(|(a, b)| a == b).count();
    (a, b) = (&a[start..], &b[start..]);
    let end = zip(a.iter().rev(), b.iter().rev()).take_while(|(a, b)| a == b).count();
    (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    if a.is_empty() || b.is_empty() {
        return Some(a.len() + b.len());
    }
    let [a_has, b_has] = [a, b].map(|word| word.iter().fold(0_u64, |set, letter| set | 1 << (letter % 64)));
    if [a_has & !b_has, b_has & !a_has].iter().any(|only| only.count_ones() as usize > most) {
        return None;
    }
    banded(a, b, most)
}

/// Optimal string alignment, as `strsim` has it, of which only what is near the diagonal is computed: all else is farther than `most`.
fn banded(a: &[u8], b: &[u8], most: usize) -> Option<usize> {
    const FAR: u16 = u16::MAX / 2;
    // Of words without the first letters of `a`: none, one and two of them.
    let mut rows = [[FAR; LONGEST + 2]; 3];
    (0..=b.len().min(most)).for_each(|at| rows[0][at] = at as u16);
    for i in 1..=a.len() {
        let [row, above, second] = [i % 3, (i + 2) % 3, (i + 1) % 3];
        let (first, last) = (i.saturating_sub(most).max(1), (i + most).min(b.len()));
        rows[row][first - 1] = if first == 1 { i as u16 } else { FAR };
        let mut least = rows[row][first - 1];
        for j in first..=last {
            let replaced = rows[above][j - 1] + u16::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(rows[row][j - 1] + 1).min(rows[above][j] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[second][j - 2] + 1);
            }
            rows[row][j] = best;
            least = least.min(best);
        }
        rows[row][last + 1] = FAR;
        if usize::from(least) > most {
            return None;
        }
    }
    Some(usize::from(rows[a.len() % 3][b.len()])).filter(|distance| *distance <= most)
}

/// Two words without what both begin and end with: that needs no change.
fn differing<'w>(a: &'w str, b: &'w str) -> (&'w str, &'w str) {
    let start: usize = zip(a.chars(), b.chars()).take_while(|(a, b)| a == b).map(|(letter, _)| letter.len_utf8()).sum();
    let (a, b) = (&a[start..], &b[start..]);
    let end: usize = zip(a.chars().rev(), b.chars().rev()).take_while(|(a, b)| a == b).map(|(letter, _)| letter.len_utf8()).sum();
    (&a[..a.len() - end], &b[..b.len() - end])
}

/// How many letters of a word may be wrong if it is to be the word that was meant: one in four, and one already in `Pod`. The only such
/// threshold, but for fields: of these the values say more than the letters.
pub fn slips(word: &str) -> usize {
    (word.chars().count() + 1) / 4
}

/// A word without its separators, in lower case: `container_port` and `ContainerPort` are the same word.
pub fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    }
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The word that was meant by `typed`: the nearest one, whatever the case and the separators, if it is near enough. `None` where two are
/// equally near.
pub fn meant<'w>(typed: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let typed = fold(typed);
    let near = words.into_iter().filter_map(|word| Some((distance(&typed, &fold(word), slips(word))?, word)));
    let mut near: Vec<_> = near.collect();
    near.sort_by_key(|(distance, _)| *distance);
    match near[..] {
        [(best, _), (next, _), ..] if best == next => None,
        [(_, word), ..] => Some(word),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_words_are_not_compared() {
        let long = "a".repeat(300);
        for (a, b, most, expected) in [
            ("spce", "spec", 1, Some(1)),
            ("", "", 0, Some(0)),
            ("é", "e", 1, Some(1)),
            ("aéa", "aéaéa", 2, Some(2)),
            ("imagePullPolcy", "imagePullPolicy", 1, Some(1)),
            ("restartPolicy", "resizePolicy", 4, Some(4)),
            ("spec", "specs", 0, None),
            ("spec", "metadata", 3, None),
            (&long, &long, 3, None),
        ] {
            assert_eq!(distance(a, b, most), expected, "{a:.9} {b:.9}");
        }
    }

    proptest::proptest! {
        #[test]
        fn near_words_are_as_far_as_strsim_says(a in "[abc]{0,12}", b in "[abc]{0,12}", most in 0usize..6) {
            let far = strsim::osa_distance(&a, &b);
            proptest::prop_assert_eq!(distance(&a, &b, most), Some(far).filter(|far| *far <= most));
        }
    }

    #[test]
    fn slips_of_the_hand() {
        let words = ["TCP", "UDP", "SCTP", "OnFailure", "unused-allow"];
        for (typed, word) in [
            ("tcp", Some("TCP")),
            ("TCPP", Some("TCP")),
            ("UCP", None),
            ("on-failur", Some("OnFailure")),
            ("unused_alow", Some("unused-allow")),
            ("sometimes", None),
            ("", None),
        ] {
            assert_eq!(meant(typed, words), word, "{typed}");
        }
    }
}
