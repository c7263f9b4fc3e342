// The playground as a person uses it: what stands where, by role and name.

import { deepEqual } from "node:assert/strict";

/** A page with the playground, and a record of everything that must not happen on it. */
export class Playground {
  #page;
  #demo;
  /** Console errors, exceptions and policy violations. */
  trouble = [];
  /** Every address that was asked for. */
  addresses = [];

  constructor(page, demo) {
    this.#page = page;
    this.#demo = demo;
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) {
        this.trouble.push(`${message.type()}: ${message.text()}`);
      }
    });
    page.on("pageerror", (error) => this.trouble.push(`exception: ${error.stack}`));
    page.on("request", (request) => this.addresses.push(request.url()));
  }

  static async open(context, demo, { fragment = "", address = demo.url } = {}) {
    const page = await context.newPage();
    const playground = new Playground(page, demo);
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    await page.goto(address + fragment);
    await playground.usable();
    return playground;
  }

  get page() {
    return this.#page;
  }

  /** Until a query can be typed and run. */
  async usable() {
    await this.#page.locator(".graphiql-query-editor .view-line").first().waitFor();
    await this.#page.getByRole("button", { name: "Execute query" }).waitFor();
  }

  async logIn(person = "Ada Lindqvist") {
    await this.#page.getByRole("link", { name: "Log in with Spotify" }).click();
    await this.agree(person);
  }

  /** Allows at Spotify what it asks for, and comes back. */
  async agree(person) {
    await this.#page.getByRole("radio", { name: person }).check();
    await this.#page.getByRole("button", { name: "Agree" }).click();
    await this.account().getByText(person).waitFor();
    await this.usable();
  }

  account() {
    return this.#page.getByRole("navigation", { name: "Account" });
  }

  async openTab(name) {
    await this.#page.getByRole("button", { name, exact: true }).click();
    await this.#page.waitForFunction(
      (name) =>
        globalThis.__MONACO.editor
          .getModels()
          .some((model) => model.uri.path.endsWith("operation.graphql") && model.getValue().includes(` ${name}`)),
      name,
    );
  }

  async tabs() {
    return await this.#page.locator(".graphiql-tab-button").allTextContents();
  }

  /** The text in an editor: `operation.graphql`, `variables.json` or `response.json`. */
  async text(editor) {
    return await this.#page.evaluate(
      (editor) =>
        globalThis.__MONACO.editor
          .getModels()
          .find((model) => model.uri.path.endsWith(editor))
          .getValue(),
      editor,
    );
  }

  /** Waits until an editor has this text. */
  async shows(editor, text) {
    await this.#page.waitForFunction(
      ([editor, text]) =>
        globalThis.__MONACO.editor
          .getModels()
          .find((model) => model.uri.path.endsWith(editor))
          .getValue() === text,
      [editor, text],
    );
  }

  async type(editor, text) {
    await this.#page.evaluate(
      ([editor, text]) =>
        globalThis.__MONACO.editor
          .getModels()
          .find((model) => model.uri.path.endsWith(editor))
          .setValue(text),
      [editor, text],
    );
  }

  async variables() {
    return JSON.parse(await this.text("variables.json"));
  }

  /** Presses the button, and gives the answer that is then shown. */
  async run(button = "Execute query") {
    return await this.answerTo(() => this.#page.getByRole("button", { name: button }).click());
  }

  async answerTo(act) {
    const [response] = await Promise.all([
      this.#page.waitForResponse((response) => response.url().endsWith("/graphql")),
      act(),
    ]);
    const sent = await response.json();
    await this.#page.waitForFunction(
      (text) => {
        const shown = globalThis.__MONACO.editor.getModels().find((model) => model.uri.path.endsWith("response.json"));
        try {
          return JSON.stringify(JSON.parse(shown.getValue())) === text;
        } catch {
          return false;
        }
      },
      JSON.stringify(sent),
    );
    return sent;
  }

  /** Runs the operation in the editor; its answer must have no errors. */
  async data(button) {
    const { data, errors } = await this.run(button);
    deepEqual(errors, undefined);
    return data;
  }

  /** Nothing left this machine, and nothing went wrong. */
  assertCalm() {
    const allowed = [new URL(this.#demo.url).origin, new URL(this.#demo.simulator).origin];
    const outside = this.addresses.filter((address) => {
      const { protocol, origin } = new URL(address);
      return protocol !== "data:" && !allowed.includes(origin);
    });
    deepEqual(outside, []);
    deepEqual(this.trouble, []);
  }
}
