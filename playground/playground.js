// Who is signed in, told by the API itself.

const endpoint = new URL("graphql", document.baseURI);

async function graphql(query) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json",
    },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

function show(...nodes) {
  document.querySelector("#account").replaceChildren(...nodes);
}

function message(text) {
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  return paragraph;
}

function template(id) {
  return document.querySelector(id).content.cloneNode(true);
}

async function refresh() {
  const { data, errors = [] } = await graphql("{ me { id displayName images { url width } } }");
  const codes = errors.map((error) => error.extensions?.code);
  if (!data?.me) {
    if (codes.includes("UNAUTHENTICATED")) {
      show(template("#signed-out"));
    } else {
      show(message(errors[0]?.message ?? "The server gave no answer that this page understands."));
    }
    return;
  }

  const account = template("#signed-in");
  account.querySelector(".name").textContent = data.me.displayName ?? data.me.id;
  account.querySelector(".quiet").textContent = `Signed in as ${data.me.id}`;
  const smallest = data.me.images?.toSorted((a, b) => (a.width ?? 0) - (b.width ?? 0))[0];
  if (smallest) {
    const picture = account.querySelector(".picture");
    picture.src = smallest.url;
    picture.hidden = false;
  }
  account.querySelector(".notice").hidden = !codes.includes("REAUTHORIZATION_REQUIRED");
  account.querySelector("button").addEventListener("click", async () => {
    await graphql("mutation { logout { loggedOut } }");
    await refresh();
  });
  show(account);
}

document.querySelector("#endpoint").textContent = endpoint.href;
document.querySelector("#example").textContent = [
  `curl ${endpoint.href} \\`,
  `  --header 'Authorization: Bearer YOUR_SPOTIFY_ACCESS_TOKEN' \\`,
  `  --json '{"query": "{ me { displayName } }"}'`,
].join("\n");

try {
  await refresh();
} catch {
  show(message("The server cannot be reached. Reload the page to try again."));
}
