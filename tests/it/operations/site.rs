//! nginx before instances of the server, with a configuration of docs/deploy as it is but for addresses and
//! certificates.

use std::fmt::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use lockstep_api::simulator::Decision;
use reqwest::cookie::Jar;
use reqwest::header::{LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode};
use tempfile::TempDir;

use super::Process;
use super::tools::{free_port, is_root, listening, tool};
use crate::support::Answer;

/// Where the API stands.
#[derive(Clone, Copy)]
pub struct Place {
    pub configuration: &'static str,
    pub host: &'static str,
    /// With slashes around it.
    pub path: &'static str,
}

impl Place {
    /// At the root of a host of its own.
    pub const ROOT: Self = Self {
        configuration: include_str!("../../../docs/deploy/nginx.conf"),
        host: "lockstep.example.org",
        path: "/",
    };

    /// Under a path.
    pub const PREFIX: Self = Self {
        configuration: include_str!("../../../docs/deploy/nginx-prefix.conf"),
        host: "music.example.org",
        path: "/lockstep/",
    };

    pub fn redirect_uri(&self) -> String {
        format!("https://{}{}login/spotify/", self.host, self.path)
    }
}

/// nginx, what stands behind it, and a browser before it.
pub struct Site {
    pub place: Place,
    pub http: u16,
    pub instances: Vec<Process>,
    pub browser: Client,
    https: u16,
    cookies: Arc<Jar>,
    nginx: Child,
    _directory: TempDir,
}

impl Site {
    /// Puts nginx before these instances, where it is installed.
    pub async fn start(place: Place, instances: Vec<Process>) -> Option<Self> {
        let nginx = tool("nginx")?;
        let directory = TempDir::new().unwrap();
        let (http, https) = (free_port(), free_port());
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/postgres/fixtures");
        let fixture = |name: &str| fixtures.join(name).display().to_string();
        let addrs = instances.iter().map(|instance| instance.addr.to_string());
        let addrs = addrs.collect::<Vec<_>>();
        let (first, others) = addrs.split_first().unwrap();
        let host = place.host;
        let mut site = place.configuration.to_owned();
        for (there, here) in [
            ("listen 80;", format!("listen 127.0.0.1:{http};")),
            ("listen 443 ", format!("listen 127.0.0.1:{https} ")),
            ("127.0.0.1:8001", first.clone()),
            ("127.0.0.1:8002", others.join(";\n    server ")),
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
        main.push_str("error_log error.log;\nevents { worker_connections 4096; }\nhttp {\n");
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
        let cookies = Arc::new(Jar::default());
        Some(Self {
            place,
            http,
            instances,
            browser: client(host, https, &cookies),
            https,
            cookies,
            nginx,
            _directory: directory,
        })
    }

    /// Another connection of the same browser.
    pub fn connection(&self) -> Client {
        client(self.place.host, self.https, &self.cookies)
    }

    /// A request that is not sent yet; `path` begins below the place's own.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.request_by(&self.browser, method, path)
    }

    pub fn request_by(&self, client: &Client, method: &str, path: &str) -> RequestBuilder {
        let Place {
            host, path: root, ..
        } = self.place;
        let url = format!("https://{host}:{}{root}{path}", self.https);
        client.request(method.parse().unwrap(), url)
    }

    /// That person logs in with the browser.
    pub async fn log_in(&self, person: &str) {
        let out = Answer::of(self.request("GET", "login/spotify/")).await;
        assert!(out.header(SET_COOKIE).starts_with("__Host-"));
        let spotify = &self.instances[0].spotify;
        let back = spotify.authorize(&out.header(LOCATION), person, Decision::Allow);
        let back: url::Url = back.unwrap().parse().unwrap();
        let path = back.path().strip_prefix(self.place.path).unwrap();
        assert_eq!(path, "login/spotify/");
        let back = format!("{path}?{}", back.query().unwrap());
        let landed = Answer::of(self.request("GET", &back)).await;
        assert_eq!(landed.status, StatusCode::SEE_OTHER, "{}", landed.text());
        assert_eq!(landed.header(LOCATION), self.place.path);
    }

    /// What the browser sends as `Cookie`.
    pub fn cookie(&self) -> String {
        use reqwest::cookie::CookieStore;

        let url = format!("https://{}/", self.place.host).parse().unwrap();
        let cookies = self.cookies.cookies(&url).unwrap();
        cookies.to_str().unwrap().to_owned()
    }
}

fn client(host: &str, https: u16, cookies: &Arc<Jar>) -> Client {
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .cookie_provider(cookies.clone())
        .tls_danger_accept_invalid_certs(true)
        .resolve(host, ([127, 0, 0, 1], https).into())
        .build()
        .unwrap()
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
