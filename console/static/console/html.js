// Templates, state and hooks for all modules.
import { h, htm } from "./vendor/preact.js";

export {
  Component, Fragment, batch, computed, createContext, effect, h, render, signal, useCallback, useContext, useEffect,
  useLayoutEffect, useMemo, useRef, useSignal, useState,
} from "./vendor/preact.js";

/** @typedef {string | number | boolean | null | undefined | object | ((...args: any[]) => any)} Value */

/** @type {(strings: TemplateStringsArray, ...values: Value[]) => any} */
export const html = htm.bind(h);

/** A handler that takes what was typed or chosen. @param {(value: string) => void} take */
export const onValue = (take) => (/** @type {any} */ event) => take(event.target.value);
