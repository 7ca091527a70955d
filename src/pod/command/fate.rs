//! Which command decides how long a shell lives.
//!
//! A list is walked from its end. Commands that end soon (`echo`, `sleep 5`, `disown`) decide nothing; the first other one does.

use std::collections::HashMap;
use std::ops::Range;

use super::Blame;
use super::argv::{self, Arg, Dialect, base_name, script_dialect};
use super::daemons::{self, Daemon, Habit};
use super::known::{is_builtin, is_common_path, known_fate, runs_unknown};
use super::lex;
use super::outcome::{Fate, How, Left, Reach};
use super::parse::parse;
use super::script::{Command, Item, Join, List, Shape, Word};
use super::shapes::{counts, is_constant, is_final, is_interpreter, is_test, leaves_loop, mentions, name_of};

/// Scripts in scripts (`sh -c "su -c '…'"`) are followed this far.
const DEEPEST: usize = 3;

/// Walks a script, in the order in which it runs.
#[derive(Default)]
pub(super) struct Walker {
    /// The word that holds the script; none for the words themselves.
    word: Option<usize>,
    /// The shell replaces itself by the only command of the script.
    replaced: bool,
    /// The shell has something in the background that `wait` waits for, or may have.
    jobs: bool,
    /// A `trap` waits when the shell is about to end.
    waits_at_exit: bool,
    /// What idles in the background: `wait` never returns.
    idle: Option<Blame>,
    /// Functions that the script defines: how their bodies end, and whether they leave something to wait for.
    functions: HashMap<String, (Fate, bool)>,
    /// Somebody may type, or write, to the container.
    has_input: bool,
    /// What is left in the background while the last command idles: `./server & sleep infinity`.
    pub unwatched: Option<(Left, Blame)>,
    /// How many scripts enclose this one.
    depth: usize,
}

impl Walker {
    fn blame(&self, range: &Range<usize>) -> Blame {
        Blame { word: self.word.unwrap_or(0), range: range.clone() }
    }

    /// A walker through the script in that word. `replaced` says that the shell replaces itself by the script's only command.
    pub fn in_word(word: usize, replaced: bool) -> Self {
        Walker { word: Some(word), replaced, ..Walker::default() }
    }

    /// The same, of a container with `stdin` or `tty`.
    pub fn with_input(self, has_input: bool) -> Self {
        Walker { has_input, ..self }
    }

    /// The fate of a whole script.
    pub fn script(&mut self, list: &[Item]) -> Fate {
        let fate = self.list(list);
        if self.waits_at_exit { Fate::Runs } else { fate }
    }

    fn list(&mut self, list: &[Item]) -> Fate {
        let mut fates = Vec::new();
        for item in list {
            let fate = self.item(item);
            let last = matches!(fate, Fate::Forever(_)) || is_final(item);
            fates.push(fate);
            if last {
                break;
            }
        }
        self.watch(&fates);
        let mut found: Option<Left> = None;
        for fate in fates.into_iter().rev() {
            match fate {
                Fate::Ends => {}
                Fate::MayLeave(left) => found = found.or(Some(left)),
                Fate::Leaves(left) => return Fate::Leaves(found.unwrap_or(left)),
                Fate::Forever(_) if found.is_some() => return Fate::Runs,
                Fate::Runs | Fate::Forever(_) => return fate,
            }
        }
        found.map_or(Fate::Ends, Fate::MayLeave)
    }

    /// Notes what is left in the background before a command that never ends.
    fn watch(&mut self, fates: &[Fate]) {
        let Some(holder) = fates.iter().position(|it| matches!(it, Fate::Forever(_))) else { return };
        let left = fates[..holder].iter().rev().find_map(|it| match it {
            Fate::Leaves(left) => Some(left.clone()),
            _ => None,
        });
        // `sleep infinity & wait` holds by itself.
        let left = left.filter(|left| !matches!(&fates[holder], Fate::Forever(at) if at.range.start == left.at.range.start));
        if let (Some(left), Fate::Forever(at)) = (left, &fates[holder]) {
            self.unwatched = Some((left, at.clone()));
        }
    }

    fn item(&mut self, item: &Item) -> Fate {
        let unwatched = self.unwatched.take();
        let fate = self.chain(&item.chain);
        let Some(ampersand) = item.background else {
            self.unwatched = self.unwatched.take().or(unwatched);
            return fate;
        };
        // What holds a job in the background does not hold the container.
        self.unwatched = unwatched;
        self.jobs = true;
        let idles = matches!(item.chain.last().and_then(name_of), Some("sleep" | "tail"));
        self.idle = match &fate {
            Fate::Forever(at) if idles => Some(at.clone()),
            _ => None,
        };
        match fate {
            Fate::Ends => Fate::Ends,
            _ => Fate::Leaves(Left { at: self.blame(&(item.range.start..ampersand)), reach: Reach::Own, how: How::Ampersand }),
        }
    }

    fn chain(&mut self, chain: &[Command]) -> Fate {
        let mut fates = Vec::new();
        let mut conditional = false;
        let mut commands = chain;
        while let [first, rest @ ..] = commands {
            let members = 1 + rest.iter().take_while(|it| it.join == Join::Pipe).count();
            conditional |= chain.len() > members && is_test(first);
            fates.push(match members {
                1 => self.command(first),
                _ => self.pipeline(&commands[..members]),
            });
            commands = &commands[members..];
        }
        self.watch(&fates);
        let last = fates.into_iter().rev().find(|it| !matches!(it, Fate::Ends)).unwrap_or(Fate::Ends);
        match last {
            Fate::Forever(_) if conditional || chain.iter().skip(1).any(|it| it.join == Join::Or && !self.ends(it)) => Fate::Runs,
            Fate::Leaves(left) if conditional => Fate::MayLeave(left),
            fate => fate,
        }
    }

    /// A shell waits for every member, and a member for whatever holds its pipe open.
    fn pipeline(&mut self, members: &[Command]) -> Fate {
        let jobs = self.jobs;
        let fates: Vec<Fate> = members.iter().map(|it| self.command(it)).collect();
        self.jobs = jobs;
        let passes_on = |it: &Command| matches!(name_of(it), Some("tee" | "cat"));
        match &fates[0] {
            Fate::Forever(at) if members[1..].iter().all(passes_on) => Fate::Forever(at.clone()),
            _ if fates.iter().all(|it| matches!(it, Fate::Ends)) => Fate::Ends,
            _ => Fate::Runs,
        }
    }

    /// Whether a command by itself is known to end soon.
    pub fn ends(&self, command: &Command) -> bool {
        let functions = self.functions.clone();
        matches!(Walker { word: self.word, has_input: self.has_input, functions, ..Walker::default() }.command(command), Fate::Ends)
    }

    pub fn command(&mut self, command: &Command) -> Fate {
        match &command.shape {
            // What it reads may be a pipe that somebody holds open, or its script.
            Shape::Simple { words, reads: true, .. } if words.len() == 1 && is_interpreter(&words[0].decoded.text) => Fate::Runs,
            Shape::Simple { assignments, words, .. } => self.simple(assignments, words),
            Shape::Coprocess(inner) => {
                self.jobs = true;
                match self.command(inner) {
                    Fate::Ends => Fate::Ends,
                    _ => Fate::Leaves(Left { at: self.blame(&command.range), reach: Reach::Own, how: How::Ampersand }),
                }
            }
            Shape::Group(list) => self.list(list),
            Shape::Subshell(list) => {
                let jobs = std::mem::take(&mut self.jobs);
                let fate = self.list(list);
                self.jobs = jobs;
                let outside = |left: Left| Left { reach: left.reach.max(Reach::Subshell), ..left };
                match fate {
                    Fate::Leaves(left) => Fate::Leaves(outside(left)),
                    Fate::MayLeave(left) => Fate::MayLeave(outside(left)),
                    fate => fate,
                }
            }
            Shape::If { conditions, branches, exhaustive } => {
                let condition = self.list(conditions);
                let fate = self.branches(branches, *exhaustive);
                if matches!(condition, Fate::Ends) { fate } else { Fate::Runs }
            }
            Shape::Case { branches, exhaustive } => self.branches(branches, *exhaustive),
            Shape::While { until, condition, body } => {
                let endless = is_constant(condition, !until) && !leaves_loop(body);
                self.list(condition);
                let inner = self.list(body);
                match inner {
                    _ if endless => Fate::Forever(self.blame(&command.range)),
                    Fate::Ends if counts(condition, body) && !mentions(body, &["sleep"]) => Fate::Ends,
                    _ => Fate::Runs,
                }
            }
            Shape::For { endless, times, body } => match self.list(body) {
                _ if *endless && !leaves_loop(body) => Fate::Forever(self.blame(&command.range)),
                _ if *endless || mentions(body, &["sleep"]) && times.is_none_or(|it| it > 9) => Fate::Runs,
                Fate::Leaves(left) | Fate::MayLeave(left) => Fate::MayLeave(left),
                Fate::Ends => Fate::Ends,
                Fate::Runs | Fate::Forever(_) => Fate::Runs,
            },
            Shape::Function { name, body } => {
                // What the body starts is there to be waited for once it is called.
                let jobs = std::mem::take(&mut self.jobs);
                let (unwatched, idle) = (self.unwatched.take(), self.idle.take());
                let fate = self.command(body);
                self.functions.insert(name.clone(), (fate, self.jobs));
                (self.jobs, self.unwatched, self.idle) = (jobs, unwatched, idle);
                Fate::Ends
            }
            Shape::Test(_) => Fate::Ends,
        }
    }

    fn branches(&mut self, branches: &[List], exhaustive: bool) -> Fate {
        let fates: Vec<Fate> = branches.iter().map(|it| self.list(it)).collect();
        if fates.iter().any(|it| matches!(it, Fate::Runs | Fate::Forever(_))) {
            return Fate::Runs;
        }
        let certain = exhaustive && fates.iter().all(|it| matches!(it, Fate::Leaves(_)));
        let left = fates.into_iter().rev().find_map(|it| match it {
            Fate::Leaves(left) | Fate::MayLeave(left) => Some(left),
            _ => None,
        });
        match left {
            None => Fate::Ends,
            Some(left) if certain => Fate::Leaves(left),
            Some(left) => Fate::MayLeave(left),
        }
    }

    fn simple(&mut self, assignments: &[Word], words: &[Word]) -> Fate {
        let arg = |it: &Word| Arg { text: it.decoded.text.clone(), opaque: it.decoded.opaque, at: self.blame(&it.range) };
        let mut args: Vec<Arg> = words.iter().map(arg).collect();
        if assignments.iter().chain(words).any(|it| it.decoded.dynamic && runs_unknown(&it.decoded.text)) {
            return Fate::Runs;
        }
        let Some(first) = args.first_mut() else { return Fate::Ends };
        if let Some((fate, jobs)) = self.functions.get(&first.text) {
            self.jobs |= jobs;
            return fate.clone();
        }
        // `$HOME/bin/run` is known by its name.
        first.opaque &= !(first.text.starts_with('$') && first.text.rsplit_once('/').is_some_and(|(_, name)| !name.contains(['$', '`'])));
        if first.opaque {
            self.jobs = true;
            return Fate::Runs;
        }
        match first.text.as_str() {
            "wait" => {
                return match self.idle.take().filter(|_| args.len() == 1) {
                    Some(at) => Fate::Forever(at),
                    None if self.jobs => Fate::Runs,
                    None => Fate::Ends,
                };
            }
            "kill" | "pkill" | "killall" => self.idle = None,
            "eval" => {
                if let Some(fate) = self.eval(words) {
                    return fate;
                }
                self.jobs = true;
                return Fate::Runs;
            }
            "." | "source" => {
                self.jobs = true;
                return Fate::Runs;
            }
            "trap" => {
                self.waits_at_exit |= args[1..].iter().any(|it| it.text.contains("wait"));
                return Fate::Ends;
            }
            _ => {}
        }
        let leads = self.replaced || first.text == "exec";
        let fate = self.argv(&args, leads);
        // A daemon's own variable on its line keeps it: `SPARK_NO_DAEMONIZE=1 start-master.sh`.
        match &fate {
            Fate::Leaves(Left { how: How::Daemon(Daemon { unless_env: Some(name), .. }, _), .. })
                if assignments.iter().any(|it| it.decoded.text.starts_with(name)) =>
            {
                Fate::Runs
            }
            _ => fate,
        }
    }

    /// The fate of a command line. `leads` says that it leads its process group, as the first process of a container does.
    pub fn argv(&mut self, args: &[Arg], leads: bool) -> Fate {
        let launch = argv::launch(args);
        let Some(program) = launch.program else {
            // `exec > log` only redirects; anything else is unknown.
            return if args.iter().all(|it| it.text == "exec") { Fate::Ends } else { Fate::Runs };
        };
        let name = base_name(&args[program].text);
        let whole = self.line(args, program);
        let fate = match script_dialect(args, &launch) {
            Some((script, dialect)) => self.inner_script(args, script, dialect),
            None if name == "setsid" => self.setsid(args, program, leads && !launch.child, whole),
            None => match daemons::habit(args, program) {
                Habit::Leaves(row, _) if !is_program_of(row, &args[program].text) => Fate::Runs,
                Habit::Stays | Habit::Open if name != args[program].text && !is_common_path(&args[program].text) => Fate::Runs,
                Habit::Leaves(row, flag) => {
                    let at = flag.filter(|_| self.word.is_none()).map_or(whole, |it| args[it].at.clone());
                    Fate::Leaves(Left { at, reach: Reach::Own, how: How::Daemon(row, flag.map(|it| it - program)) })
                }
                Habit::Stays => Fate::Forever(whole),
                Habit::Open if self.word.is_none() && is_builtin(name) => Fate::Runs,
                Habit::Open => known_fate(name, &args[program + 1..], whole, self.has_input),
            },
        };
        match fate {
            Fate::Forever(_) if launch.timeout => Fate::Runs,
            fate => fate,
        }
    }

    /// From the program to the last word, where they are in one word; else the program.
    fn line(&self, args: &[Arg], program: usize) -> Blame {
        let first = &args[program].at;
        match self.word {
            Some(word) => Blame { word, range: first.range.start..args[args.len() - 1].at.range.end },
            None => first.clone(),
        }
    }

    fn inner_script(&mut self, args: &[Arg], script: usize, dialect: Dialect) -> Fate {
        let arg = &args[script];
        if self.depth == DEEPEST || arg.opaque {
            return Fate::Runs;
        }
        let tokens = lex::tokens(&arg.text, dialect == Dialect::Redirects);
        if tokens.ampersand_redirect && dialect == Dialect::Unknown {
            return Fate::Runs;
        }
        let Ok(list) = parse(&arg.text, &tokens) else { return Fate::Runs };
        let mut inner = Walker { word: Some(0), depth: self.depth + 1, has_input: self.has_input, ..Walker::default() };
        match inner.script(&list) {
            Fate::Leaves(left) | Fate::MayLeave(left) => Fate::Leaves(Left { at: arg.at.clone(), reach: Reach::Nested, how: left.how }),
            Fate::Forever(_) => Fate::Forever(arg.at.clone()),
            fate => fate,
        }
    }

    /// The fate of the text that `eval` gets; none where it is filled in later.
    fn eval(&mut self, words: &[Word]) -> Option<Fate> {
        let (first, last) = (words.get(1)?, words.last()?);
        if self.depth == DEEPEST || words[1..].iter().any(|it| it.decoded.dynamic) {
            return None;
        }
        let text = words[1..].iter().map(|it| it.decoded.text.as_str()).collect::<Vec<_>>().join(" ");
        let list = parse(&text, &lex::tokens(&text, true)).ok()?;
        let at = self.blame(&(first.range.start..last.range.end));
        self.depth += 1;
        let fate = self.list(&list);
        self.depth -= 1;
        let outside = |left: Left| match left.how {
            How::Ampersand => Left { at: at.clone(), ..left },
            _ => Left { at: at.clone(), reach: Reach::Nested, ..left },
        };
        Some(match fate {
            Fate::Leaves(left) => Fate::Leaves(outside(left)),
            Fate::MayLeave(left) => Fate::MayLeave(outside(left)),
            Fate::Forever(_) => Fate::Forever(at),
            fate => fate,
        })
    }

    /// `setsid` forks where it leads its process group, and then ends at once unless told to wait. The first process of a container
    /// leads it, and so does the command that a shell replaces itself with.
    fn setsid(&mut self, args: &[Arg], program: usize, leads: bool, at: Blame) -> Fate {
        let own = &args[program + 1..argv::after_options(args, program + 1, &[])];
        let has = |letter: char, long: &str| own.iter().any(|it| it.text == long || !it.text.starts_with("--") && it.text.contains(letter));
        match () {
            () if has('w', "--wait") || own.len() + program + 1 == args.len() => Fate::Runs,
            () if has('f', "--fork") || leads => Fate::Leaves(Left { at, reach: Reach::Own, how: How::Setsid }),
            () => Fate::Runs,
        }
    }
}

/// Whether a path may be that program: `./nginx` is the author's own, `bin/nexus start` is not.
fn is_program_of(row: &Daemon, path: &str) -> bool {
    let asked = !matches!(row.leaves, daemons::Leaves::Unless(_));
    let is_system = row.names.iter().any(|it| matches!(*it, "service" | "systemctl"));
    if is_system && path.contains('/') {
        return ["/usr/", "/bin/", "/sbin/", "/etc/"].iter().any(|it| path.starts_with(it));
    }
    !path.contains('/') || is_common_path(path) || path.ends_with(".sh") || asked && path.contains("bin/")
}
