// What ECharts and the code in options find around them: no clock, no chance, no timers, no memory
// without end. Runs before anything else; a chart is then a function of its option alone.
const NOW = 1704067200000; // 1 January 2024, UTC
const BUFFER_BYTES = 256 << 20;
const LENGTH = 10_000_000;
let chance = 1;
let buffered = 0;

(() => {
  const { apply, construct } = Reflect;
  const RealDate = Date;
  // A function, since Date() without `new` is allowed too.
  const FixedDate = function (...given) {
    if (!new.target) return new RealDate(NOW).toString();
    return construct(RealDate, given.length ? given : [NOW], new.target);
  };
  FixedDate.prototype = RealDate.prototype;
  FixedDate.prototype.constructor = FixedDate;
  FixedDate.now = () => NOW;
  FixedDate.UTC = RealDate.UTC;
  FixedDate.parse = RealDate.parse;
  globalThis.Date = FixedDate;

  Math.random = () => {
    chance ^= chance << 13;
    chance ^= chance >>> 17;
    chance ^= chance << 5;
    return (chance >>> 0) / 4294967296;
  };

  // Memory of buffers lies outside the heap and so outside its limit.
  const size = (Type, given) => {
    if (typeof given === "number") return given * (Type.BYTES_PER_ELEMENT || 1);
    if (given && typeof given === "object" && !(given instanceof ArrayBuffer))
      return (given.length >>> 0) * (Type.BYTES_PER_ELEMENT || 1);
    return 0;
  };
  const counted = (Type) => {
    const Counted = new Proxy(Type, {
      construct(target, given, newTarget) {
        buffered += size(Type, given[0]);
        if (buffered > BUFFER_BYTES) throw new RangeError("too much memory in buffers");
        return construct(target, given, newTarget);
      },
    });
    Type.prototype.constructor = Counted;
    return Counted;
  };
  const kinds = "Int8 Uint8 Uint8Clamped Int16 Uint16 Int32 Uint32 Float16 Float32 Float64 BigInt64 BigUint64";
  for (const kind of kinds.split(" ")) {
    const name = kind + "Array";
    if (globalThis[name]) globalThis[name] = counted(globalThis[name]);
  }
  for (const grow of ["slice", "resize", "transfer", "transferToFixedLength"]) delete ArrayBuffer.prototype[grow];
  globalThis.ArrayBuffer = counted(ArrayBuffer);

  // Single calls on very long arrays and strings end the process or cannot be stopped.
  const guard = (owner, name, length) => {
    const call = owner[name];
    Object.defineProperty(owner, name, {
      value: {
        [name](...given) {
          if (length(this, given) > LENGTH) throw new RangeError("too long");
          return apply(call, this, given);
        },
      }[name],
      writable: true,
      configurable: true,
    });
  };
  const own = (value) => (value == null ? 0 : value.length);
  for (const name of ["fill", "reverse", "sort", "copyWithin", "with", "toSorted", "toSpliced", "toReversed"])
    guard(Array.prototype, name, own);
  for (const name of ["split", "normalize"]) guard(String.prototype, name, own);
  guard(String.prototype, "repeat", (value, given) => own(value) * given[0]);
  for (const name of ["padStart", "padEnd"]) guard(String.prototype, name, (value, given) => given[0]);

  const absent = ["SharedArrayBuffer", "Atomics", "WebAssembly", "WeakRef", "FinalizationRegistry",
    "Temporal", "__timeoutManager", "Iterator", "AsyncDisposableStack", "DisposableStack"];
  for (const name of absent) delete globalThis[name];
  delete Intl.DateTimeFormat;
  for (const name of ["setTimeout", "setInterval", "requestAnimationFrame", "setImmediate"])
    globalThis[name] = () => 0;
  for (const name of ["clearTimeout", "clearInterval", "cancelAnimationFrame", "clearImmediate"])
    globalThis[name] = () => undefined;
  const silent = () => undefined;
  globalThis.console = { log: silent, warn: silent, error: silent, info: silent, debug: silent, trace: silent };
})();
