// Templates, state and hooks for all modules.
import { h, htm } from "./vendor/preact.js";

export {
  Fragment, batch, computed, createContext, effect, h, render, signal, useCallback, useContext, useEffect,
  useLayoutEffect, useMemo, useRef, useSignal, useState,
} from "./vendor/preact.js";

/** @typedef {string | number | boolean | null | undefined | object | ((...args: any[]) => any)} Value */

/** @type {(strings: TemplateStringsArray, ...values: Value[]) => any} */
export const html = htm.bind(h);
