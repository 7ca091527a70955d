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
