//! Programs that go to the background, and how to keep them in the foreground.
//!
//! A row says what a program does when its command line decides. Where a file or an image decides instead (`supervisord` without
//! `-n`, `php-fpm`, `haproxy`), there is no row, or the flag that names a file is among the flags that leave it open.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::argv::{Arg, base_name};

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Daemon {
    /// Base names of the program; a `*` at the end stands for a version. With a `/`, the path ends so.
    pub names: &'static [&'static str],
    /// When it leaves the foreground.
    pub leaves: Leaves,
    /// Flags with which the command line says nothing certain: a settings file of one's own, a test of the settings, another job.
    pub open: &'static [&'static str],
    /// The form that stays in the foreground.
    pub instead: &'static str,
    /// The change of the words that leads to it.
    pub remedy: Remedy,
    /// Where its settings lie. Something mounted at, above or below one of these may keep it in the foreground.
    pub settings: &'static [&'static str],
    /// An environment variable that keeps it in the foreground.
    pub unless_env: Option<&'static str>,
}

impl Daemon {
    /// Whether a script names the setting with which it stays: `echo "daemon off;" >> nginx.conf`.
    pub(super) fn is_set_to_stay(&self, script: &str) -> bool {
        let Leaves::Unless(flags) = self.leaves else { return false };
        flags.iter().filter_map(|it| it.strip_prefix('*')).any(|it| script.contains(it))
    }
}

/// When a program leaves the foreground. Flags are written as `-n` (also in a bundle, `-en`), `--long` (also `--long=…`), `text*`
/// (begins so), `*text` (holds this text).
#[derive(Debug, PartialEq, Eq)]
pub enum Leaves {
    /// By itself, unless one of these flags is given.
    Unless(&'static [&'static str]),
    /// Only with one of these flags.
    With(&'static [&'static str]),
    /// With one of these subcommands, unless one of the flags is given.
    Subcommand(&'static [&'static str], &'static [&'static str]),
}

/// How the words change to keep it in the foreground.
#[derive(Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Add these words at the end.
    Append(&'static [&'static str]),
    /// Drop the flag that sends it away, and this many words after it.
    Drop(usize),
    /// Write this instead of the subcommand.
    Subcommand(&'static str),
    /// Run this program instead, with the same words.
    Program(&'static str),
    /// No change of words is sure.
    Rewrite,
}

use Leaves::{Subcommand, Unless, With};
use Remedy::{Append, Drop, Program, Rewrite};

const fn row(names: &'static [&'static str], leaves: Leaves, instead: &'static str, remedy: Remedy) -> Daemon {
    Daemon { names, leaves, open: &[], instead, remedy, settings: &[], unless_env: None }
}

const fn settings(open: &'static [&'static str], settings: &'static [&'static str], row: Daemon) -> Daemon {
    Daemon { open, settings, ..row }
}

const fn open(open: &'static [&'static str], row: Daemon) -> Daemon {
    Daemon { open, ..row }
}

/// The table.
#[rustfmt::skip]
pub static DAEMONS: &[Daemon] = &[
    // nginx, httpd: `daemon on` and detaching are the defaults. The official images stay by their CMD or a script, which `command`
    // replaces, not by their settings.
    settings(&["-c", "-t", "-T", "-s", "-v", "-V", "-?"], &["/etc/nginx", "/usr/local/openresty/nginx/conf"],
        row(&["nginx", "openresty"], Unless(&["*daemon off"]), "nginx -g 'daemon off;'", Append(&["-g", "daemon off;"]))),
    open(&["-f", "-t", "-v", "-V", "-l", "-L", "-M", "-S", "-X", "stop", "graceful", "restart", "configtest", "status"],
        row(&["httpd", "apache2"], Unless(&["*FOREGROUND", "*NO_DETACH"]), "httpd -D FOREGROUND", Append(&["-D", "FOREGROUND"]))),
    open(&["-X"], row(&["apachectl", "apache2ctl"], Subcommand(&["start", "restart"], &["*FOREGROUND", "*NO_DETACH"]),
        "apachectl -D FOREGROUND", Append(&["-D", "FOREGROUND"]))),
    open(&["-t", "-v", "-V", "-p"], row(&["lighttpd"], Unless(&["-D", "-i", "-1"]), "lighttpd -D -f FILE", Append(&["-D"]))),
    // Servers that stay by default and leave when told to. The settings of php-fpm, haproxy and uwsgi may also send them away.
    row(&["caddy"], Subcommand(&["start"], &[]), "caddy run", Remedy::Subcommand("run")),
    row(&["gunicorn"], With(&["-D", "--daemon"]), "gunicorn without --daemon", Drop(0)),
    row(&["uwsgi"], With(&["--daemonize", "-d"]), "uwsgi without --daemonize", Rewrite),
    open(&["-db"], row(&["haproxy"], With(&["-D"]), "haproxy -W -db", Drop(0))),
    // These two fork by default, whatever their settings say.
    open(&["-C", "-V"], row(&["varnishd"], Unless(&["-F", "-d"]), "varnishd -F", Append(&["-F"]))),
    open(&["-k", "-z", "-v"], row(&["squid"], Unless(&["-N", "--foreground"]), "squid --foreground", Append(&["--foreground"]))),
    open(&["-F", "--nodaemonize", "-t"], row(&["php-fpm*"], With(&["-D", "--daemonize"]), "php-fpm -F", Drop(0))),
    // Start scripts: `start` launches Java in the background and returns.
    row(&["catalina.sh"], Subcommand(&["start"], &[]), "catalina.sh run", Remedy::Subcommand("run")),
    row(&["jetty.sh"], Subcommand(&["start"], &[]), "jetty.sh run", Remedy::Subcommand("run")),
    row(&["asadmin"], Subcommand(&["start-domain"], &["-v", "--verbose", "--watchdog"]), "asadmin start-domain --verbose", Append(&["--verbose"])),
    // Login, time, log and name services: each forks by default, and its settings can't change that (dnsmasq's can). No row for
    // rsyslogd, which stays when it is process 1.
    open(&["-t", "-T", "-G", "-i", "-V"], row(&["sshd"], Unless(&["-D", "-d"]), "sshd -D -e", Append(&["-D", "-e"]))),
    row(&["cron"], Unless(&["-f"]), "cron -f", Append(&["-f"])),
    row(&["crond"], Unless(&["-f", "-n", "-d", "-x"]), "crond -f (cronie: crond -n)", Append(&["-f"])),
    row(&["atd"], Unless(&["-f", "-d", "-s"]), "atd -f", Append(&["-f"])),
    row(&["syslogd"], Unless(&["-n", "-d", "-F"]), "syslogd -n", Append(&["-n"])),
    open(&["-s", "-V", "-e", "-d"], row(&["syslog-ng"], Unless(&["-F", "--foreground"]), "syslog-ng -F", Append(&["-F"]))),
    open(&["-v", "-V"], row(&["named"], Unless(&["-g", "-f"]), "named -g", Append(&["-g"]))),
    settings(&["-C", "--conf-file", "--test", "-v", "-w"], &["/etc/dnsmasq.conf", "/etc/dnsmasq.d"],
        row(&["dnsmasq"], Unless(&["-k", "--keep-in-foreground", "-d", "--no-daemon"]), "dnsmasq -k", Append(&["-k"]))),
    open(&["-Q", "-q", "-p", "-v"], row(&["chronyd"], Unless(&["-d", "-n"]), "chronyd -d", Append(&["-d"]))),
    open(&["-q", "-d", "-w"], row(&["ntpd"], Unless(&["-n"]), "ntpd -n", Append(&["-n"]))),
    row(&["rpcbind"], Unless(&["-f", "-d"]), "rpcbind -f", Append(&["-f"])),
    row(&["rpc.mountd"], Unless(&["-F", "--foreground"]), "rpc.mountd -F", Append(&["-F"])),
    open(&["-T*"], row(&["slapd"], Unless(&["-d"]), "slapd -d 0", Append(&["-d", "0"]))),
    open(&["-f", "--config-file", "-t", "--config-test"],
        row(&["keepalived"], Unless(&["-n", "--dont-fork"]), "keepalived --dont-fork", Append(&["--dont-fork"]))),
    open(&["stop", "reload", "-n", "-a"], row(&["dovecot"], Unless(&["-F"]), "dovecot -F", Append(&["-F"]))),
    row(&["glusterd"], Unless(&["-N", "--no-daemon", "--debug"]), "glusterd -N", Append(&["-N"])),
    row(&["snmpd"], Unless(&["-f"]), "snmpd -f", Append(&["-f"])),
    open(&["-t", "-p", "-T", "-R"], row(&["zabbix_server", "zabbix_agentd", "zabbix_proxy"], Unless(&["-f", "--foreground"]), "zabbix_server -f", Append(&["-f"]))),
    open(&["-k", "-V"], row(&["krb5kdc"], Unless(&["-n"]), "krb5kdc -n", Append(&["-n"]))),
    row(&["kadmind"], Unless(&["-nofork"]), "kadmind -nofork", Append(&["-nofork"])),
    // These stay, unless told to leave.
    open(&["-n"], row(&["dbus-daemon"], With(&["--fork"]), "dbus-daemon --nofork", Drop(0))),
    open(&["--interactive", "--foreground", "-i", "-F"], row(&["smbd", "nmbd", "winbindd"], With(&["-D", "--daemon"]), "smbd --foreground", Rewrite)),
    row(&["openvpn"], With(&["--daemon"]), "openvpn without --daemon", Rewrite),
    row(&["postfix"], Subcommand(&["start"], &[]), "postfix start-fg", Remedy::Subcommand("start-fg")),
    row(&["exim", "exim4"], With(&["-bd"]), "exim -bdf", Rewrite),
    row(&["pure-ftpd"], With(&["-B", "--daemonize"]), "pure-ftpd without -B", Drop(0)),
    // Data stores and queues: most stay unless told to leave.
    row(&["redis-server"], With(&["--daemonize yes"]), "redis-server without --daemonize yes", Drop(1)),
    row(&["mongod", "mongos"], With(&["--fork"]), "mongod without --fork", Drop(0)),
    row(&["mysqld"], With(&["--daemonize", "-D"]), "mysqld without --daemonize", Drop(0)),
    row(&["pg_ctl"], Subcommand(&["start"], &[]), "postgres -D DIRECTORY", Rewrite),
    row(&["pg_ctlcluster"], Subcommand(&["start"], &["--foreground"]), "pg_ctlcluster … start --foreground", Append(&["--foreground"])),
    row(&["pgbouncer"], With(&["-d", "--daemon"]), "pgbouncer without -d", Drop(0)),
    row(&["memcached"], With(&["-d", "-vd", "-dv", "--daemon"]), "memcached without -d", Drop(0)),
    row(&["rabbitmq-server"], With(&["-detached"]), "rabbitmq-server without -detached", Drop(0)),
    row(&["mosquitto"], With(&["-d", "--daemon"]), "mosquitto without -d", Drop(0)),
    row(&["beanstalkd", "gearmand"], With(&["-d", "--daemon"]), "without -d", Drop(0)),
    // `start` and `-daemon` of the scripts around Java servers use `nohup … &` inside.
    row(&["zkServer.sh"], Subcommand(&["start"], &[]), "zkServer.sh start-foreground", Remedy::Subcommand("start-foreground")),
    row(&["kafka-server-start.sh", "zookeeper-server-start.sh", "kafka-server-start", "zookeeper-server-start", "connect-distributed.sh"],
        With(&["-daemon"]), "without -daemon", Drop(0)),
    row(&["activemq"], Subcommand(&["start"], &[]), "activemq console", Remedy::Subcommand("console")),
    row(&["artemis-service"], Subcommand(&["start"], &[]), "artemis run", Rewrite),
    row(&["elasticsearch", "opensearch"], With(&["-d", "--daemonize"]), "elasticsearch without -d", Drop(0)),
    row(&["neo4j"], Subcommand(&["start"], &[]), "neo4j console", Remedy::Subcommand("console")),
    row(&["solr"], Subcommand(&["start"], &["-f", "--foreground"]), "solr start -f", Append(&["-f"])),
    row(&["hdfs", "yarn", "mapred"], With(&["--daemon start"]), "hdfs namenode (without --daemon start)", Drop(1)),
    open(&["stop"], row(&["hadoop-daemon.sh", "yarn-daemon.sh", "start-dfs.sh", "start-yarn.sh", "sbin/start-all.sh"], Unless(&[]), "hdfs namenode, with one daemon per container", Rewrite)),
    row(&["start-hbase.sh"], Unless(&[]), "hbase master start", Rewrite),
    Daemon { unless_env: Some("SPARK_NO_DAEMONIZE"), ..row(&["start-master.sh", "start-worker.sh", "start-slave.sh", "start-history-server.sh"],
        Unless(&[]), "spark-class org.apache.spark.deploy.master.Master, or SPARK_NO_DAEMONIZE=1", Rewrite) },
    row(&["nexus", "nifi.sh"], Subcommand(&["start"], &[]), "nexus run", Remedy::Subcommand("run")),
    row(&["sonar.sh", "wrapper.sh"], Subcommand(&["start"], &[]), "sonar.sh console", Remedy::Subcommand("console")),
    row(&["ejabberdctl", "emqx"], Subcommand(&["start"], &[]), "ejabberdctl foreground", Remedy::Subcommand("foreground")),
    row(&["tomcat/bin/startup.sh"], Unless(&[]), "catalina.sh run", Rewrite),
    // Process managers: the manager stays in the background with what it manages.
    row(&["celery"], Subcommand(&["multi"], &["stop", "stopwait", "show", "kill", "names"]), "celery -A APP worker", Rewrite),
    row(&["celery"], With(&["--detach"]), "celery -A APP worker without --detach", Drop(0)),
    row(&["airflow"], With(&["-D", "--daemon"]), "airflow without --daemon", Drop(0)),
    row(&["pm2"], Subcommand(&["start", "resurrect"], &["--no-daemon", "--attach"]), "pm2-runtime", Program("pm2-runtime")),
    row(&["forever"], Subcommand(&["start"], &[]), "forever FILE", Rewrite),
    row(&["fluentd", "td-agent"], With(&["-d", "--daemon"]), "fluentd without --daemon", Rewrite),
    row(&["circusd"], With(&["--daemon"]), "circusd without --daemon", Drop(0)),
    row(&["x11vnc"], With(&["-bg"]), "x11vnc without -bg", Drop(0)),
    open(&["-kill", "-list"], row(&["vncserver", "tigervncserver"], Unless(&["-fg"]), "vncserver -fg", Append(&["-fg"]))),
    // Detached sessions: they leave, whatever they run.
    row(&["screen"], With(&["-dm", "-dmS", "-d -m"]), "run the command directly, without screen", Rewrite),
    row(&["tmux"], Subcommand(&["new", "new-session"], &[]), "run the command directly, without tmux", Rewrite),
    row(&["start-stop-daemon"], With(&["--background", "-b"]), "run the command directly, without start-stop-daemon", Rewrite),
    row(&["daemonize"], Unless(&[]), "run the command directly, without daemonize", Rewrite),
    // Each forks by default.
    open(&["--check"], row(&["twistd"], Unless(&["-n", "--nodaemon"]), "twistd -n", Append(&["-n"]))),
    open(&["-t", "-v", "-l"], row(&["proftpd"], Unless(&["-n", "--nodaemon"]), "proftpd --nodaemon", Append(&["--nodaemon"]))),
    open(&["-g", "-K", "-i"], row(&["nscd"], Unless(&["-F", "--foreground", "-d", "--debug"]), "nscd -F", Append(&["-F"]))),
    row(&["salt-minion", "salt-master"], With(&["-d", "--daemon"]), "salt-minion without -d", Drop(0)),
    // Another container, which this one does not wait for.
    row(&["docker", "docker-compose", "podman", "podman-compose"], With(&["run -d", "run --detach", "up -d", "up --detach"]), "run the image as a container of the Pod", Rewrite),
    // Init systems: a container has none, and their commands return at once.
    row(&["service", "rc-service", "invoke-rc.d"], Subcommand(&["start", "restart"], &[]), "run the program of the service directly", Rewrite),
    row(&["systemctl"], Subcommand(&["start", "restart", "enable"], &[]), "run the program of the unit directly", Rewrite),
];

static INIT_SCRIPT: Daemon = row(&[], Subcommand(&["start", "restart"], &[]), "run the program of the service directly", Rewrite);

/// What a command line says of a program in the table.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// It leaves; the index of the word that says so, where one does.
    Leaves(&'static Daemon, Option<usize>),
    /// It is a server and told to stay: it runs until it is stopped.
    Stays,
    /// Not in the table, or the words leave it open.
    Open,
}

/// The rows by their base names, without versions.
static BY_NAME: LazyLock<HashMap<&str, Vec<&'static Daemon>>> = LazyLock::new(|| {
    let mut rows: HashMap<&str, Vec<&'static Daemon>> = HashMap::new();
    for row in DAEMONS {
        for name in row.names {
            rows.entry(base_name(name).trim_end_matches('*')).or_default().push(row);
        }
    }
    rows
});

/// Looks the program at `program` up.
pub(super) fn habit(args: &[Arg], program: usize) -> Habit {
    let path = args[program].text.as_str();
    let name = base_name(path);
    let words = &args[program + 1..];
    let init_script = path.starts_with("/etc/init.d/") || path.starts_with("/etc/rc.d/");
    let named = |row: &&Daemon| row.names.iter().any(|it| is_named(it, path, name));
    let usual = BY_NAME.get(name.trim_end_matches(|c: char| c == '.' || c.is_ascii_digit())).or_else(|| BY_NAME.get(name));
    let rows = usual.into_iter().flatten().copied().filter(named).chain(init_script.then_some(&INIT_SCRIPT));
    let mut habit = Habit::Open;
    for row in rows {
        match habit_of(row, words) {
            Habit::Open => {}
            Habit::Leaves(row, at) => return Habit::Leaves(row, at.map(|it| program + 1 + it)),
            Habit::Stays => habit = Habit::Stays,
        }
    }
    habit
}

fn is_named(pattern: &str, path: &str, name: &str) -> bool {
    match pattern.strip_suffix('*').and_then(|start| name.strip_prefix(start)) {
        Some(version) => version.bytes().all(|b| b == b'.' || b.is_ascii_digit()),
        None => pattern == name || pattern.contains('/') && path.ends_with(pattern),
    }
}

fn habit_of(row: &'static Daemon, words: &[Arg]) -> Habit {
    let given = |flags: &[&str]| flags.iter().any(|flag| words.iter().any(|word| loosely(flag, &word.text)));
    let exact = |flags: &[&str]| flags.iter().find_map(|flag| position(flag, words));
    // Settings of its own leave it open, unless the command line says the same.
    let is_file = |flag: &&&str| matches!(**flag, "-c" | "-f" | "-C" | "--conf-file" | "--config-file");
    let others: Vec<&str> = row.open.iter().filter(|flag| !is_file(flag)).copied().collect();
    if let Unless(stays) = row.leaves
        && given(stays)
        && !given(&others)
    {
        return Habit::Stays;
    }
    if given(row.open) || given(&["--help", "--version"]) || words.last().is_some_and(|it| it.text == "-h") {
        return Habit::Open;
    }
    match row.leaves {
        Unless(stays) if given(stays) => Habit::Stays,
        With(leaves) => exact(leaves).map_or(Habit::Open, |at| Habit::Leaves(row, Some(at))),
        // What is filled in later may hold the flag.
        _ if words.iter().any(|it| it.opaque) => Habit::Open,
        Unless(_) => Habit::Leaves(row, None),
        Subcommand(names, stays) if !given(stays) => {
            let at = exact(names).filter(|_| !is_attached_tmux(row, words));
            at.map_or(Habit::Open, |at| Habit::Leaves(row, Some(at)))
        }
        Subcommand(..) => Habit::Open,
    }
}

/// `tmux new` leaves only with `-d`.
fn is_attached_tmux(row: &Daemon, words: &[Arg]) -> bool {
    row.names[..].first() == Some(&"tmux") && !words.iter().any(|it| loosely("-d", &it.text))
}

/// Whether `word` may be `flag`: in doubt yes, for what is asked here silences.
fn loosely(flag: &str, word: &str) -> bool {
    if let Some(text) = flag.strip_prefix('*') {
        return word.contains(text);
    }
    if let Some(start) = flag.strip_suffix('*') {
        return word.starts_with(start);
    }
    let letter = flag.strip_prefix('-').filter(|it| it.len() == 1);
    match letter {
        Some(letter) => word.starts_with('-') && !word.starts_with("--") && word.contains(letter),
        None => word == flag || flag.starts_with("--") && word.strip_prefix(flag).is_some_and(|it| it.starts_with('=')),
    }
}

/// Where the words hold `flag` exactly; a flag with a value is written with a space and also found with `=`.
fn position(flag: &str, words: &[Arg]) -> Option<usize> {
    match flag.split_once(' ') {
        None => {
            let value = |it: &str| flag.starts_with("--").then(|| it.strip_prefix(flag)?.strip_prefix('=').map(str::to_owned)).flatten();
            words.iter().position(|it| it.text == flag || value(&it.text).is_some_and(|it| !matches!(it.as_str(), "no" | "false" | "0")))
        }
        Some((name, value)) => {
            let pair = words.windows(2).position(|it| it[0].text == name && it[1].text == value);
            pair.or_else(|| words.iter().position(|it| it.text.strip_prefix(name).and_then(|it| it.strip_prefix('=')) == Some(value)))
        }
    }
}
