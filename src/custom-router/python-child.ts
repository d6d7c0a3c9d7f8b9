/**
 * The program that runs a Python router, as text for `python -c`: arguments are the script's path and the most
 * memory, in bytes. A second thread reads the requests, so that it notices the gateway's end while the script runs. What
 * the script prints goes to the standard error.
 */
export const PYTHON_CHILD = `
import asyncio, importlib.util, inspect, json, os, queue, sys, threading

script, memory = sys.argv[1], int(sys.argv[2])
answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\\n")
os.dup2(2, 1)
sys.stdout = sys.stderr
frames = queue.Queue()


def say(frame):
    answers.write("\\n" + json.dumps(frame) + "\\n")
    answers.flush()


def listen():
    for line in sys.stdin.buffer:
        frames.put(line)
    os._exit(0)


class Request(dict):
    """A dictionary whose members can also be read as attributes."""

    def __getattr__(self, name):
        return self.get(name)


def limit_memory():
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError):
        pass  # Not on Windows; elsewhere a limit below what is already in use.


def load():
    spec = importlib.util.spec_from_file_location("custom_router", script)
    module = importlib.util.module_from_spec(spec)
    sys.modules["custom_router"] = module
    sys.path.insert(0, os.path.dirname(script))
    spec.loader.exec_module(module)
    return getattr(module, "route", None)


def ask(route, request, config):
    answer = route(Request(request), config)
    return asyncio.run(answer) if inspect.iscoroutine(answer) else answer


def reason_of(error):
    return (type(error).__name__ + ": " + str(error))[:300]


def serve(route):
    config = {}
    while True:
        frame = json.loads(frames.get())
        if "config" in frame:
            config = frame["config"]
            continue
        try:
            say({"id": frame["id"], "target": ask(route, frame["request"], config)})
        except Exception as error:
            say({"id": frame["id"], "error": reason_of(error)})


threading.Thread(target=listen, daemon=True).start()
limit_memory()
try:
    route = load()
    if route is None:
        say({"fatal": "it has no function named route"})
        os._exit(1)
    say({"ready": True})
    serve(route)
except SystemExit:
    say({"fatal": "it ended itself"})
except BaseException as error:
    say({"fatal": reason_of(error)})
os._exit(1)
`;
