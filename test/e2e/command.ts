// Runs a program to its end, with a time limit and its output captured.
import { spawn } from "node:child_process";

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LaunchOptions {
  /** The program's whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string | undefined;
  /** Whether what it prints is captured. Default true. Not where it leaves something behind that keeps its output open. */
  readonly captured?: boolean;
  readonly timeoutMs: number;
  /** Called after the kill, for what the program may have left behind. */
  readonly onTimeout?: () => void;
}

export interface Launched {
  readonly pid: number;
  /** Rejects where the program did not start, exceeded its time or was ended by a signal. */
  readonly ended: Promise<CommandResult>;
}

/** Starts a program and collects what it prints. A program that exceeds its time is killed. */
export function launch(
  program: string,
  args: readonly string[],
  { env, stdin, captured = true, timeoutMs, onTimeout }: LaunchOptions,
): Launched {
  const output = captured ? "pipe" : "ignore";
  const child = spawn(program, args, {
    env,
    stdio: [stdin === undefined ? "ignore" : "pipe", output, output],
  });
  child.stdin?.on("error", () => {}); // a command may end without having read its input
  child.stdin?.end(stdin);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));

  const ended = new Promise<CommandResult>((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
      onTimeout?.(); // whatever still holds its output open would keep "close" from coming
    }, timeoutMs);
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(new Error(`${program} did not start`, { cause: error }));
    });
    // "close" and not "exit": all output has been read by then.
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      const result = {
        exitCode: code ?? -1,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      };
      if (code !== null) return resolve(result);
      const what = late ? `did not end within ${timeoutMs} ms` : `was ended by ${signal}`;
      reject(new Error(`${program} ${args.join(" ")} ${what}\n${result.stdout}${result.stderr}`));
    });
  });
  return { pid: child.pid ?? -1, ended };
}
