//! Which of many things is nearest to a file.

use std::collections::HashMap;
use std::path::{Component, Path};

/// Things in files and namespaces, by their numbers.
#[derive(Debug)]
pub struct Places<'p> {
    files: Vec<&'p Path>,
    /// In the order of the files.
    by_namespace: HashMap<Option<&'p str>, Vec<usize>>,
}

/// How far a file is from another one: how many steps lead up to the folder that holds both, and how many down from there.
pub fn distance(from: &Path, to: &Path) -> (usize, usize) {
    let [from, to] = [from, to].map(|path| path.as_os_str().as_encoded_bytes());
    if from == to {
        return (0, 0);
    }
    let same = std::iter::zip(from, to).take_while(|(a, b)| a == b).count();
    let is_separator = |byte: &&u8| std::path::is_separator(char::from(**byte));
    let folder = from[..same].iter().rposition(|byte| is_separator(&byte)).map_or(0, |at| at + 1);
    let steps = |path: &[u8]| path[folder..].iter().filter(is_separator).count() + 1;
    (steps(from), steps(to))
}

/// A file as seen from the folder of another one: `../base/web.yaml`; `None` if they are the same.
pub fn relative(from: &Path, to: &Path) -> Option<String> {
    let (up, down) = distance(from, to);
    let name = |it: Component<'_>| it.as_os_str().to_string_lossy().into_owned();
    let below = to.components().skip(to.components().count() - down).map(name);
    let steps = std::iter::repeat_n("..".to_owned(), up.saturating_sub(1)).chain(below);
    (up > 0).then(|| steps.collect::<Vec<_>>().join("/"))
}

/// Whether two files are the same, or in the same folder.
pub fn is_near(from: &Path, to: &Path) -> bool {
    from.parent() == to.parent()
}

impl<'p> Places<'p> {
    /// Things with their files, which come in order, and their namespaces.
    pub fn new(things: impl Iterator<Item = (&'p Path, Option<&'p str>)>) -> Self {
        let mut places = Places { files: vec![], by_namespace: HashMap::new() };
        for (number, (file, namespace)) in things.enumerate() {
            places.files.push(file);
            places.by_namespace.entry(namespace).or_default().push(number);
        }
        places
    }

    /// The nearest ones that something in a file and namespace can mean. What does not say its namespace belongs to its neighbours.
    pub fn nearest(&self, file: &Path, namespace: Option<&str>) -> Vec<usize> {
        let exact = self.by_namespace.get(&namespace).and_then(|all| self.nearest_of(all, file));
        let may_be = |other: &Option<&str>| *other != namespace && (namespace.is_none() || other.is_none());
        let others = self.by_namespace.iter().filter(|(other, _)| may_be(other)).filter_map(|(_, all)| self.nearest_of(all, file));
        let others = others.filter(|(distance, _)| *distance <= (1, 1)).min_by_key(|(distance, _)| *distance);
        match (exact, others) {
            (Some((distance, _)), Some((nearer, found))) if nearer < distance => found,
            (Some((_, found)), _) | (None, Some((_, found))) => found,
            (None, None) => vec![],
        }
    }

    fn nearest_of(&self, all: &[usize], file: &Path) -> Option<((usize, usize), Vec<usize>)> {
        let at = all.partition_point(|it| self.files[*it].as_os_str() < file.as_os_str());
        let up = |it: &&usize| distance(file, self.files[**it]).0;
        // Files that share a folder lie side by side.
        let least = all[..at].last().into_iter().chain(all.get(at)).map(|it| up(&it)).min()?;
        let before = all[..at].iter().rev().take_while(|it| up(it) == least).count();
        let after = all[at..].iter().take_while(|it| up(it) == least).count();
        let block = &all[at - before..at + after];
        let nearest = block.iter().map(|it| distance(file, self.files[*it])).min()?;
        Some((nearest, block.iter().copied().filter(|it| distance(file, self.files[*it]) == nearest).collect()))
    }
}
