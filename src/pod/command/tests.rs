//! One table: a verdict, a command line, and for a bad one `@ what is underlined` and `=> what the preferred fix makes of it`.
//!
//! A command line is a JSON list (`command`, or `command + args`), or a shell and its script: `sh: ./a &` is `["sh","-c","./a &"]`.
//! In a script `⏎` is a line end.

use super::*;

const TABLE: &str = r#"
# The scenarios every reader knows.
exits sh: nohup ./start.sh & @ nohup ./start.sh & => sh: exec ./start.sh
argument ["nohup","./start.sh","&"] @ & => ["./start.sh"]
stays ["supervisord","-n"]
fine ["supervisord","-c","/etc/supervisord.conf"]
fine ["supervisord"]
fine sh: ./start.sh & wait
fine sh: ./a & exec ./b
fine sh: ./a & ./b
exits sh: ./start.sh & sleep 5 @ ./start.sh & => sh: ./start.sh & sleep 5; wait
exits sh: ./a & echo started @ ./a & => sh: ./a & echo started; wait
fine sh: ./a > log 2>&1
fine sh: a && b
fine bash: a &> f
fine ["busybox","sh","-c","a &> f"]
unknown sh: a &> f
exits dash: a &> f @ a &
exits sh: nohup ./a &> log & @ nohup ./a &> log & => sh: exec ./a &> log
ends sh: echo 'a & b'
stays sh: service nginx start && tail -f access.log
exits sh: (./a &) @ ./a & => sh: (./a)
exits sh: { ./a; } & @ { ./a; } & => sh: { ./a; }
exits sh: setsid ./a @ setsid ./a => sh: ./a
daemon sh: nginx; echo up @ nginx => sh: nginx -g 'daemon off;'; echo up
exits ["bash"] + ["-lc","x &"] @ x & => ["bash"] + ["-lc","exec x"]
exits sh: ./a &⏎./b &⏎ @ ./b & => sh: ./a &⏎./b &⏎wait⏎

# Shells and how they are called.
exits ["/bin/bash","-xeuo","pipefail","-c","./a &"] @ ./a & => ["/bin/bash","-xeuo","pipefail","-c","exec ./a"]
exits ["bash","-c","-e","./a &"] @ ./a & => ["bash","-c","-e","exec ./a"]
exits ["bash","-c","--","./a &"] @ ./a & => ["bash","-c","--","exec ./a"]
exits ["bash","--login","-c","./a &"] @ ./a & => ["bash","--login","-c","exec ./a"]
exits ["sh"] + ["-c","./a &"] @ ./a & => ["sh"] + ["-c","exec ./a"]
exits ["sh","-c"] + ["./a &"] @ ./a & => ["sh","-c"] + ["exec ./a"]
exits [] + ["sh","-c","./a &"] @ ./a & => [] + ["sh","-c","exec ./a"]
exits ["/usr/bin/env","-i","A=b","bash","-c","./a &"] @ ./a & => ["/usr/bin/env","-i","A=b","bash","-c","exec ./a"]
exits ["tini","-s","--","sh","-c","./a &"] @ ./a & => ["tini","-s","--","sh","-c","exec ./a"]
exits ["dumb-init","--","ash","-c","./a &"] @ ./a & => ["dumb-init","--","ash","-c","exec ./a"]
exits ["gosu","www","sh","-c","./a &"] @ ./a & => ["gosu","www","sh","-c","exec ./a"]
exits ["su-exec","1000:1000","zsh","-c","./a &"] @ ./a & => ["su-exec","1000:1000","zsh","-c","exec ./a"]
exits ["nice","-n","5","ksh","-c","./a &"] @ ./a & => ["nice","-n","5","ksh","-c","exec ./a"]
exits ["chroot","/host","sh","-c","./a &"] @ ./a & => ["chroot","/host","sh","-c","exec ./a"]
exits ["setpriv","--reuid","1000","--clear-groups","sh","-c","./a &"] @ ./a & => ["setpriv","--reuid","1000","--clear-groups","sh","-c","exec ./a"]
exits ["su","-s","/bin/sh","-c","./a &","app"] @ ./a & => ["su","-s","/bin/sh","-c","exec ./a","app"]
exits ["busybox","sh","-c","./a &"] @ ./a & => ["busybox","sh","-c","exec ./a"]
exits ["timeout","-k","5","60","sh","-c","./a &"] @ ./a & => ["timeout","-k","5","60","sh","-c","exec ./a"]
fine ["sh","/start.sh"]
fine ["bash"]
fine ["sh","-c"]
fine ["sh","-x","./start.sh","-c"]
argument ["sh","/start.sh","&"] @ & => ["sh","/start.sh"]
fine ["sh","-c","./start.sh","&"]
unknown ["$(SHELL)","-c","x &"]
unknown ["sh","-c","$(SCRIPT)"]
exits ["sh","-c","$(PROGRAM) &"] @ $(PROGRAM) & => ["sh","-c","$(PROGRAM)"]

# No shell.
argument ["./start.sh","&"] @ & => ["./start.sh"]
argument ["nohup","./start.sh",">","log","2>&1","&"] @ &
argument ["nohup ./start.sh &"] @ nohup ./start.sh & => ["./start.sh"]
argument ["./start.sh --port 80 &"] @ ./start.sh --port 80 & => ["./start.sh","--port","80"]
argument ["nohup","./start.sh &"] @ ./start.sh & => ["./start.sh"]
argument ["java","-jar","/app.jar"] + ["&"] @ & => ["java","-jar","/app.jar"] + []
argument [] + ["--serve","&"] @ & => [] + ["--serve"]
argument ["./start.sh&"] @ ./start.sh& => ["./start.sh"]
argument ["cd /app && nohup ./b &"] @ cd /app && nohup ./b & => ["sh","-c","cd /app && exec ./b"]
fine ["curl","http://x/?a=1&b=2&"]
fine ["ssh","host","./a","&"]
fine ["python","-c","import os; os.system('x &')"]
fine ["nohup","./start.sh"]
fine ["echo-server","a & b"]
fine ["cmd","/c","start x &"]
fine ["powershell","-Command","& x.exe &"]
fine ["myapp","--query","a&"]
fine ["&"]
ends ["echo","&b"]

# What decides.
exits sh: ./a &⏎echo started⏎# done⏎ @ ./a & => sh: ./a &⏎echo started⏎# done⏎wait⏎
exits sh: ./a & true @ ./a & => sh: ./a & true; wait
exits sh: ./a & : ; @ ./a & => sh: ./a & : ; wait
exits sh: nohup ./a & disown @ nohup ./a & => sh: exec ./a
exits sh: ./a & exit 0 @ ./a & => sh: ./a & wait; exit 0
exits sh: ./a &⏎exit 0⏎ @ ./a & => sh: ./a &⏎wait⏎exit 0⏎
exits sh: ./a & # in the back @ ./a & => sh: exec ./a # in the back
exits sh: cd /app && nohup ./b > log 2>&1 & @ cd /app && nohup ./b > log 2>&1 & => sh: cd /app && exec ./b > log 2>&1
exits sh: A=1 ./a & @ A=1 ./a & => sh: A=1 exec ./a
exits sh: ./a | tee log & @ ./a | tee log & => sh: ./a | tee log
exits sh: ./migrate; ./serve & @ ./serve & => sh: ./migrate; exec ./serve
exits sh: ./migrate⏎nohup java -jar app.jar >/dev/null 2>&1 & @ nohup java -jar app.jar >/dev/null 2>&1 & => sh: ./migrate⏎exec java -jar app.jar >/dev/null 2>&1
exits sh: (cd /app; ./a &) @ ./a & => sh: (cd /app; ./a)
exits sh: (./a) & @ (./a) & => sh: (./a)
exits sh: (./a &); wait @ ./a & => sh: (./a); wait
exits sh: for i in 1 2 3; do ./a $i & done @ ./a $i & => sh: for i in 1 2 3; do ./a $i & done; wait
exits sh: if [ -f x ]; then ./a & else ./b & fi @ ./b & => sh: if [ -f x ]; then ./a & else ./b & fi; wait
exits sh: case $1 in a) ./a & ;; *) ./b & ;; esac @ ./b & => sh: case $1 in a) ./a & ;; *) ./b & ;; esac; wait
exits sh: ./a & ./b & @ ./b & => sh: ./a & ./b & wait
exits sh: trap 'exit 0' TERM; ./a & @ ./a & => sh: trap 'exit 0' TERM; ./a
exits sh: setsid ./a & @ setsid ./a & => sh: exec ./a
exits sh: setsid nohup ./a >l 2>&1 & @ setsid nohup ./a >l 2>&1 & => sh: exec ./a >l 2>&1
exits sh: sleep infinity & @ sleep infinity & => sh: exec sleep infinity
exits sh: ./a & echo "a; wait" @ ./a & => sh: ./a & echo "a; wait"; wait
exits sh: cat <<EOF > f⏎wait⏎EOF⏎./a & @ ./a & => sh: cat <<EOF > f⏎wait⏎EOF⏎exec ./a
exits sh: ./a &⏎cp x y⏎echo <<EOF⏎x⏎EOF⏎ @ ./a & => sh: ./a &⏎cp x y⏎echo <<EOF⏎x⏎EOF⏎wait⏎
fine sh: ./a &⏎cat > f <<EOF⏎x⏎EOF⏎
exits sh: sh -c './a &' @ './a &' => !
exits sh: su app -c "nohup ./a &" @ "nohup ./a &" => !
exits bash: ./a & sleep 10m @ ./a & => bash: ./a & sleep 10m; wait
exits bash: exec > >(tee log) 2>&1; ./a & @ ./a & => bash: exec > >(tee log) 2>&1; exec ./a
exits sh: echo $(( 1 & 2 )); ./a & @ ./a & => sh: echo $(( 1 & 2 )); exec ./a
exits sh: f() { ./a; }; f & @ f & => sh: f() { ./a; }; f
exits ["setsid","./a"] @ setsid => ["./a"]
exits ["setsid","-f","./a","-x"] @ setsid => ["./a","-x"]
exits ["tini","--","setsid","./a"] @ setsid => ["tini","--","./a"]
exits sh: exec setsid ./a @ setsid ./a => sh: exec ./a
fine sh: ./b; setsid ./a
fine ["setsid","-w","./a"]
fine ["setsid","--wait","./a"]
fine ["timeout","60","setsid","./a"]

# Fine: something in the foreground, or waited for.
fine sh: { ./a & ./b & }; wait
fine sh: for i in 1 2; do ./a $i & done; wait
fine sh: ./a & ./b & wait -n
fine sh: ./a & PID=$!; wait $PID
fine sh: ./a & PID=$!; wait $$PID
fine sh: trap 'kill $PID' TERM; ./a & PID=$!; wait $PID; echo done; exit 0
fine sh: ./a & wait && echo done
fine sh: start() { ./a & }; start; wait
fine bash: set -m; ./a & ./setup; fg %1
fine sh: ./a & while kill -0 $!; do sleep 1; done
fine sh: ./a & while [ -d /proc/$! ]; do sleep 1; done
fine sh: ./a & "$@"
fine sh: ./a & exec "$@"
fine sh: ./a & . /run.sh
fine sh: ./a & if ./b; then echo ok; fi
fine sh: ./a & sleep 1d
fine sh: ./a & sleep 2h
fine sh: ./a & sleep $DELAY
fine sh: ./a & cat
fine sh: ./a & read x
fine sh: ./a & { ./b; }
fine sh: { ./a & } | tee log
fine sh: (./a & wait)
fine sh: (./a & ./b)
ends sh: echo $(./a &)
fine sh: ./a 2>&1 | tee log
fine sh: ./a >& log
fine sh: ./a <&3
fine sh: ./a "x &"
fine sh: ./a 'x' \&
fine sh: ./a # and then &
fine sh: ./a \⏎  --flag & wait
fine sh: ./a & case $1 in a) ./b;; esac
fine bash: [[ $x && $y ]]; ./a
fine bash: (( x & y )); ./a
fine bash: for ((i=0;i<3;i++)); do ./a; done
fine bash: a=(1 "2 & 3" $(x)); ./a "${a[@]}"
fine bash: while read l; do echo "$l"; done < <(./a &)
fine sh: if x; then ./a & fi; ./b
fine sh: python -m http.server 80
fine sh: eval "./a &"
fine sh: $CMD &⏎wait
fine sh: f() { ./a; }; f
fine sh: trap 'wait' EXIT; ./a &
fine sh: ./a && ./b || exit 1
fine sh: kubectl apply -f x
fine ["./serve"]
fine ["java","-jar","app.jar"]
fine ["node","server.js"]
fine ["docker-entrypoint.sh","mysqld"]
fine ["mysqld","--user=root"]
fine ["sleep","3600"]
fine ["timeout","60","tail","-f","x"]
fine ["env"] + ["A=b","./x"]
ends ["env"]
ends ["sh","-c","date; echo hello"]
ends sh: true
ends sh: mkdir -p /x && chown 1000 /x
ends sh: [ -f x ] && echo yes
ends sh: until_x=1; export A=b
ends sh: ⏎
ends sh: sleep 5 &
ends sh: wait
ends sh: exit 0; ./a &

# Endless.
stays ["sleep","infinity"] @ sleep
stays ["tail","-f","/dev/null"] @ tail
stays ["tini","--","tail","-F","x"] @ tail
stays ["tail","-n","+1","--follow=name","x"] @ tail
stays sh: sleep inf @ sleep inf
stays sh: cd /x && tail -f log @ tail -f log
stays sh: tail -f log | tee copy @ tail -f log
stays sh: while true; do date; sleep 5; done @ while true; do date; sleep 5; done
stays sh: while :; do ./a; sleep 1; done; echo never
stays sh: until false; do ./a; done
stays sh: while sleep 10; do ./a; done
stays sh: while [ 1 ]; do ./a; done
stays bash: for ((;;)); do ./a; done
stays bash: while ((1)); do ./a; done
stays sh: ./a & tail -f log
stays sh: nginx; tail -f /var/log/nginx/access.log
stays sh: ./a & sleep infinity
stays sh: exec nginx -g 'daemon off;'
stays ["nginx","-g","daemon off;"] @ nginx
stays ["/usr/sbin/sshd","-De"]
stays ["crond","-f","-l","8"]
stays ["redis-server","--port","6379"]
fine ["apachectl","-DFOREGROUND"]
fine sh: while true; do ./a && break; sleep 1; done
fine sh: until nc -z db 5432; do sleep 1; done
fine sh: while ! nc -z db 5432; do sleep 1; done; exec ./a
fine sh: tail -f log | grep -m1 ready
fine sh: [ -f x ] && tail -f y
fine sh: tail --pid=$PID -f log
fine sh: tail -n 5 log

# Daemons.
daemon ["nginx"] @ nginx => ["nginx","-g","daemon off;"]
daemon ["nginx"] + ["-g","pid /run/nginx.pid;"] @ nginx => ["nginx"] + ["-g","pid /run/nginx.pid;","-g","daemon off;"]
fine ["nginx","-c","/etc/own.conf"]
fine ["nginx","-t"]
fine ["nginx","-s","reload"]
fine ["./nginx"]
fine sh: nginx $OPTIONS
fine sh: nginx -t && exec ./a
daemon sh: envsubst < t > c && nginx @ nginx => sh: envsubst < t > c && nginx -g 'daemon off;'
daemon sh: exec nginx @ nginx => sh: exec nginx -g 'daemon off;'
daemon sh: nginx > log 2>&1 || exit 1 @ nginx => sh: nginx -g 'daemon off;' > log 2>&1 || exit 1
daemon sh: nginx; wait @ nginx => sh: nginx -g 'daemon off;'; wait
daemon ["httpd","-k","start"] @ httpd => ["httpd","-k","start","-D","FOREGROUND"]
fine ["busybox","httpd","-f","-p","80"]
daemon ["apachectl","start"] @ start => ["apachectl","start","-D","FOREGROUND"]
fine ["apachectl","configtest"]
daemon ["/usr/sbin/sshd"] @ /usr/sbin/sshd => ["/usr/sbin/sshd","-D","-e"]
fine ["sshd","-t"]
daemon ["cron"] @ cron => ["cron","-f"]
unknown [] + ["cron"]
unknown [] + ["nginx"]
daemon sh: crontab /x && crond @ crond => sh: crontab /x && crond -f
daemon ["catalina.sh","start"] @ start => ["catalina.sh","run"]
daemon sh: /opt/tomcat/bin/startup.sh @ /opt/tomcat/bin/startup.sh => !
fine sh: /app/startup.sh
stays sh: /opt/tomcat/bin/startup.sh && tail -f /opt/tomcat/logs/catalina.out
daemon ["redis-server","/r.conf","--daemonize","yes"] @ --daemonize => ["redis-server","/r.conf"]
fine ["redis-server","/r.conf","--daemonize","no"]
daemon ["mongod","--fork","--logpath","/l"] @ --fork => ["mongod","--logpath","/l"]
daemon sh: memcached -m 64 -d -u nobody @ memcached -m 64 -d -u nobody => sh: memcached -m 64 -u nobody
fine ["memcached","-m","64"]
daemon ["gunicorn","app:app","--daemon"] @ --daemon => ["gunicorn","app:app"]
daemon ["php-fpm8.2","-D"] @ -D => ["php-fpm8.2"]
fine ["php-fpm"]
fine ["php-fpm-exporter","-D"]
daemon sh: php-fpm -D && nginx @ nginx => sh: php-fpm -D && nginx -g 'daemon off;'
stays sh: php-fpm -D && nginx -g 'daemon off;'
daemon ["kafka-server-start.sh","-daemon","/c"] @ -daemon => ["kafka-server-start.sh","/c"]
daemon ["zkServer.sh","start"] @ start => ["zkServer.sh","start-foreground"]
fine ["zkServer.sh","start-foreground"]
daemon ["pm2","start","app.js"] @ start => ["pm2-runtime","start","app.js"]
fine ["pm2","start","app.js","--no-daemon"]
fine ["pm2-runtime","app.js"]
daemon ["service","nginx","start"] @ start => !
daemon sh: service php-fpm start; service nginx start @ service nginx start => !
fine ["service","nginx","status"]
daemon ["systemctl","start","docker"] @ start => !
fine ["systemctl"]
daemon ["/etc/init.d/ssh","start"] @ start => !
fine sh: /etc/init.d/ssh start; ./a
daemon ["rc-service","x","start"] @ start => !
daemon ["screen","-dmS","x","./a"] @ -dmS => !
fine ["screen","-D","-m","./a"]
daemon ["tmux","new","-d","./a"] @ new => !
fine ["tmux","new","-s","x"]
daemon ["start-stop-daemon","--start","--background","--exec","/a"] @ --background => !
fine ["start-stop-daemon","--start","--exec","/a"]
daemon ["daemonize","/a"] @ daemonize => !
daemon ["caddy","start"] @ start => ["caddy","run"]
daemon ["neo4j","start"] @ start => ["neo4j","console"]
fine ["yarn","start"]
fine ["npm","start"]
fine ["hdfs","namenode"]
daemon ["hdfs","--daemon","start","namenode"] @ --daemon => ["hdfs","namenode"]
daemon sh: start-master.sh @ start-master.sh => !
fine sh: SPARK_NO_DAEMONIZE=1 start-master.sh
daemon ["solr","start"] @ start => ["solr","start","-f"]
fine ["solr","start","-f"]
fine ["haproxy","-f","/h.cfg"]
daemon ["haproxy","-D","-f","/h.cfg"] @ -D => ["haproxy","-f","/h.cfg"]
daemon ["celery","multi","start","w1"] @ multi => !
fine ["celery","-A","x","worker"]
fine ["rsyslogd"]
daemon ["postfix","start"] @ start => ["postfix","start-fg"]
fine ["gosu","www","nginx","-v"]
daemon ["gosu","www","nginx"] @ nginx => ["gosu","www","nginx","-g","daemon off;"]

# Broken or not shell: silence.
unknown sh: ./a & )
unknown sh: ./a "unclosed &
unknown sh: if x; then ./a &
unknown sh: cat <<EOF⏎./a &
unknown sh: & ./a
unknown sh: ./a & & ./b
unknown sh: ./a; ; ./b &
unknown sh: for (x; y &
unknown bash: coproc ./a
unknown sh: {{ .Values.script }} &)
"#;

/// A command line of the table as (command, args).
fn command_line(text: &str) -> (Vec<String>, Vec<String>) {
    if text.starts_with('[') {
        let (command, args) = text.split_once(" + ").unwrap_or((text, "[]"));
        return (serde_json::from_str(command).unwrap(), serde_json::from_str(args).unwrap());
    }
    let (shell, script) = text.split_once(": ").unwrap();
    (vec![shell.to_owned(), "-c".to_owned(), script.replace('⏎', "\n")], Vec::new())
}

fn judged(command: &[String], args: &[String]) -> Entrypoint {
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    analyse(&command, &args)
}

fn name(verdict: &Verdict) -> (&'static str, Option<&Evidence>) {
    match verdict {
        Verdict::Foreground => ("fine", None),
        Verdict::NeverEnds(evidence) => ("stays", Some(evidence)),
        Verdict::Ends => ("ends", None),
        Verdict::Exits(evidence) => ("exits", Some(evidence)),
        Verdict::Daemonizes(evidence, _) => ("daemon", Some(evidence)),
        Verdict::BackgroundArgument(evidence) => ("argument", Some(evidence)),
        Verdict::Unknown => ("unknown", None),
    }
}

#[test]
fn verdicts() {
    let mut wrong = Vec::new();
    for row in TABLE.lines().filter(|it| !it.is_empty() && !it.starts_with("# ")) {
        let (expected, rest) = row.split_once(' ').unwrap();
        let (rest, fixed) = rest.split_once(" => ").map_or((rest, None), |(rest, fixed)| (rest, Some(fixed)));
        let (line, blamed) = rest.split_once(" @ ").map_or((rest, None), |(line, blamed)| (line, Some(blamed)));
        let (command, args) = command_line(line);
        let entrypoint = judged(&command, &args);
        let (got, evidence) = name(&entrypoint.verdict);
        if got != expected {
            wrong.push(format!("{row}\n    is {got}"));
            continue;
        }
        let words: Vec<&str> = command.iter().chain(&args).map(String::as_str).collect();
        if let (Some(evidence), Some(blamed)) = (evidence, blamed) {
            let text = &words[evidence.blame.word][evidence.blame.range.clone()];
            if blamed != "!" && text != blamed.replace('⏎', "\n") {
                wrong.push(format!("{row}\n    underlines {text:?}"));
            }
        }
        let preferred = evidence.and_then(|it| it.fixes.iter().find(|it| it.preferred));
        match (preferred.map(|it| apply(&words, it)), fixed) {
            (Some(got), Some(fixed)) if fixed != "!" => {
                let (mut expected, more) = command_line(fixed);
                expected.extend(more);
                if got != expected {
                    wrong.push(format!("{row}\n    mends to {got:?}"));
                }
            }
            (got, Some(_)) => wrong.extend(got.is_some().then(|| format!("{row}\n    mends to {got:?}"))),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} rows differ\n{}", wrong.len(), wrong.join("\n"));
}

/// What a preferred fix makes is fine.
#[test]
fn fixes_mend() {
    for row in TABLE.lines().filter(|it| it.starts_with("exits") || it.starts_with("daemon") || it.starts_with("argument")) {
        let line = row.split_once(' ').unwrap().1;
        let line = line.split(" => ").next().unwrap().split(" @ ").next().unwrap();
        let (command, args) = command_line(line);
        let entrypoint = judged(&command, &args);
        let words: Vec<&str> = command.iter().chain(&args).map(String::as_str).collect();
        for fix in &name(&entrypoint.verdict).1.unwrap().fixes {
            let mended = apply(&words, fix);
            let verdict = judged(&mended, &[]).verdict;
            let fine = matches!(verdict, Verdict::Foreground | Verdict::NeverEnds(_) | Verdict::Unknown);
            assert!(fine, "{row}\n{}: {mended:?}\n{verdict:?}", fix.title);
        }
    }
}
