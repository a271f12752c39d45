// What stands in place of a page that breaks: the fault, and a way on.
import { Component, html } from "../html.js";
import { Failed } from "./states.js";

/** @typedef {{ at: string, error: any }} State */

/** `at` is the address: elsewhere it is tried anew. @extends {Component<{ at: string, children?: any }, State>} */
export class Boundary extends Component {
  state = /** @type {State} */ ({ at: "", error: null });

  /** @param {any} error */
  static getDerivedStateFromError = (error) => ({ error });

  /** @param {{ at: string }} props @param {State} state */
  static getDerivedStateFromProps = ({ at }, state) => (at === state.at ? null : { at, error: null });

  /** @param {any} error */
  componentDidCatch(error) {
    reportError(error);
  }

  render() {
    const { error } = this.state;
    return error ? html`<${Failed} error=${{ message: `A fault of the console: ${error.message}` }} retry=${() => location.reload()} />` : this.props.children;
  }
}
