//! The nginx configurations of docs/deploy, as they are but for addresses and certificates.

use std::fmt::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use lockstep_api::simulator::{ALL_SCOPES, Decision, data};
use reqwest::header::{LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::json;
use tempfile::TempDir;

use super::Process;
use super::tools::{free_port, is_root, listening, tool};
use crate::support::Answer;

const ROOT: &str = include_str!("../../../docs/deploy/nginx.conf");
const PREFIX: &str = include_str!("../../../docs/deploy/nginx-prefix.conf");

/// nginx before two instances on one database.
struct Site {
    nginx: Child,
    https: u16,
    http: u16,
    client: Client,
    instances: [Process; 2],
    _directory: TempDir,
}

impl Site {
    /// `path` is where the API stands, with slashes around it.
    async fn start(configuration: &str, host: &str, path: &str) -> Option<Self> {
        let nginx = tool("nginx")?;
        let redirect_uri = format!("https://{host}{path}login/spotify/");
        let settings = [
            ("SPOTIFY_REDIRECT_URI", redirect_uri.as_str()),
            ("TRUSTED_PROXY_HOPS", "1"),
        ];
        let one = Process::with(&settings).await;
        let database = one.directory().join("lockstep.db");
        let database = format!("sqlite://{}", database.display());
        let url = one.spotify.url().to_owned();
        let shared = [
            settings[0],
            settings[1],
            ("DATABASE_URL", database.as_str()),
            ("SPOTIFY_API_URL", url.as_str()),
            ("SPOTIFY_ACCOUNTS_URL", url.as_str()),
        ];
        let two = Process::with(&shared).await;

        let directory = TempDir::new().unwrap();
        let (http, https) = (free_port(), free_port());
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/postgres/fixtures");
        let fixture = |name: &str| fixtures.join(name).display().to_string();
        let mut site = configuration.to_owned();
        for (there, here) in [
            ("listen 80;", format!("listen 127.0.0.1:{http};")),
            ("listen 443 ", format!("listen 127.0.0.1:{https} ")),
            ("127.0.0.1:8001", one.addr.to_string()),
            ("127.0.0.1:8002", two.addr.to_string()),
            (
                &format!("/etc/letsencrypt/live/{host}/fullchain.pem"),
                fixture("server.pem"),
            ),
            (
                &format!("/etc/letsencrypt/live/{host}/privkey.pem"),
                fixture("server.key"),
            ),
            (
                "/var/log/nginx/lockstep.log",
                directory.path().join("access.log").display().to_string(),
            ),
        ] {
            assert!(site.contains(there), "{there} is not in the configuration");
            site = site.replace(there, &here);
        }
        let mut main = String::from("daemon off;\nworker_processes 1;\npid nginx.pid;\n");
        if is_root() {
            main.push_str("user root;\n");
        }
        main.push_str("error_log error.log;\nevents {}\nhttp {\n");
        for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            writeln!(main, "{kind}_temp_path {kind};").unwrap();
        }
        write!(main, "{site}\n}}\n").unwrap();
        let file = directory.path().join("nginx.conf");
        std::fs::write(&file, main).unwrap();
        let nginx = Command::new(nginx)
            .arg("-p")
            .arg(directory.path())
            .arg("-c")
            .arg(&file)
            .args(["-e", "error.log"])
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        listening(https).await;
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .cookie_store(true)
            .tls_danger_accept_invalid_certs(true)
            .resolve(host, ([127, 0, 0, 1], https).into())
            .build()
            .unwrap();
        Some(Self {
            nginx,
            https,
            http,
            client,
            instances: [one, two],
            _directory: directory,
        })
    }

    fn request(&self, method: &str, host: &str, path: &str) -> RequestBuilder {
        let url = format!("https://{host}:{}{path}", self.https);
        self.client.request(method.parse().unwrap(), url)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // Its worker goes with it only if it can say so itself.
        let pid = self.nginx.id();
        let _ = Command::new("sh")
            .args(["-c", &format!("kill -TERM {pid}")])
            .status();
        let _ = self.nginx.wait();
    }
}

/// What holds wherever the API stands.
async fn works_at(host: &str, path: &str, configuration: &str) {
    let Some(site) = Site::start(configuration, host, path).await else {
        return;
    };
    let graphql = format!("{path}graphql");

    // Plain http leads to https.
    let plain = site
        .client
        .get(format!("http://127.0.0.1:{}{graphql}", site.http));
    let plain = Answer::of(plain.header("host", host)).await;
    assert_eq!(plain.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(plain.header(LOCATION), format!("https://{host}{graphql}"));

    // A login may end at another instance than it began at, and its session holds at both.
    let login = format!("{path}login/spotify/");
    let out = Answer::of(site.request("GET", host, &login)).await;
    assert!(out.header(SET_COOKIE).starts_with("__Host-"));
    let spotify = &site.instances[0].spotify;
    let consent = out.header(LOCATION);
    let back = spotify.authorize(&consent, data::ADA, Decision::Allow);
    let back: url::Url = back.unwrap().parse().unwrap();
    assert_eq!(back.path(), login);
    let back = format!("{}?{}", back.path(), back.query().unwrap());
    let landed = Answer::of(site.request("GET", host, &back)).await;
    assert_eq!(landed.status, StatusCode::SEE_OTHER, "{}", landed.text());
    assert_eq!(landed.header(LOCATION), path);
    let page = Answer::of(site.request("GET", host, path)).await;
    assert_eq!(page.status, StatusCode::OK);
    let me = json!({ "query": "{ me { id } }" });
    let mut answered = Vec::new();
    for _ in 0..8 {
        let request = site.request("POST", host, &graphql).json(&me);
        let answer = Answer::of(request.header("x-forwarded-for", "6.6.6.6")).await;
        assert_eq!(answer.data()["me"]["id"], data::ADA);
        answered.push(answer.header("x-request-id".parse().unwrap()));
    }
    for (instance, other) in [(0, 1), (1, 0)] {
        let log = site.instances[instance].log().concat();
        let here = answered.iter().filter(|id| log.contains(id.as_str()));
        assert!(here.count() > 0, "{other} answered everything");
        assert!(log.contains("\"client\":\"127.0.0.1\"") && !log.contains("6.6.6.6"));
    }

    // An upload beyond nginx's usual limit.
    let beats = "0.123456789,".repeat(200_000);
    let upload = json!({
        "query": "mutation ($c: JSON!) { uploadMetadata(input: {trackId: \
            \"6rqhFgbbKwnb9MLmUQDhG6\", type: \"beats\", version: 1, collection: $c}) \
            { metadata { sizeBytes } } }",
        "variables": { "c": { "beats": beats } },
    });
    let token = spotify.mint(data::ADA, &ALL_SCOPES, std::time::Duration::from_secs(60));
    let stored = site.request("POST", host, &graphql).json(&upload);
    let stored = Answer::of(stored.bearer_auth(token.access_token))
        .await
        .data();
    let size = stored["uploadMetadata"]["metadata"]["sizeBytes"].as_i64();
    assert!(size.unwrap() > 2_000_000);

    // What is for operators stays inside.
    for inside in ["metrics", "readyz", "healthz"] {
        let answer = Answer::of(site.request("GET", host, &format!("{path}{inside}"))).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{inside}");
    }

    // One instance stops in the middle of it all, and nobody notices.
    let asking = (0..200).map(|n| {
        let request = site.request("POST", host, &graphql).json(&me);
        let stopping = &site.instances[1];
        async move {
            if n == 50 {
                stopping.signal("TERM");
            }
            Answer::of(request).await.data()
        }
    });
    let answers = futures_util::StreamExt::buffer_unordered(futures_util::stream::iter(asking), 8);
    let answers: Vec<_> = futures_util::StreamExt::collect(answers).await;
    assert!(answers.iter().all(|data| data["me"]["id"] == data::ADA));
    site.instances[1].logged("\"stopped\"").await;
}

#[tokio::test]
async fn two_instances_behind_nginx_are_one_server() {
    works_at("lockstep.example.org", "/", ROOT).await;
}

#[tokio::test]
async fn two_instances_behind_nginx_under_a_path_are_one_server() {
    works_at("music.example.org", "/lockstep/", PREFIX).await;
}
