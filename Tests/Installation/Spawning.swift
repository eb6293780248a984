import Glibc

/// Starts a program with no variable of this process but what is given, and no blocked signal.
///
/// Foundation's `Process` learns of an end by a socket that everything the program starts keeps open too; a program that leaves
/// a server behind never ends for it.
/// - Parameters:
///   - input: the file that is its standard input.
///   - output: the file that its standard output is appended to.
///   - errors: the same for its standard error; nil: the same file.
/// - Returns: its process id. It is to be waited for.
func spawn(
  _ executable: String, _ arguments: [String], environment: [String: String], input: String = "/dev/null",
  output: String, errors: String? = nil
) throws -> pid_t {
  var files = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&files)
  defer { posix_spawn_file_actions_destroy(&files) }
  posix_spawn_file_actions_addopen(&files, 0, input, O_RDONLY, 0)
  posix_spawn_file_actions_addopen(&files, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
  if let errors {
    posix_spawn_file_actions_addopen(&files, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
  } else {
    posix_spawn_file_actions_adddup2(&files, 1, 2)
  }
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var none = sigset_t()
  sigemptyset(&none)
  posix_spawnattr_setsigmask(&attributes, &none)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

  var argv = ([executable] + arguments).map { strdup($0) } + [nil]
  var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
  defer { for text in argv + envp { free(text) } }
  var process: pid_t = 0
  let code = posix_spawn(&process, executable, &files, &attributes, &argv, &envp)
  guard code == 0 else { throw TestFailure("\(executable) could not be started: \(String(cString: strerror(code)))") }
  return process
}

/// Waits for the end of a program without forgetting it, so that its id stays its own.
func awaitEnd(of process: pid_t) {
  var information = siginfo_t()
  while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
}

/// Forgets a program that has ended, or asks whether it has.
/// - Returns: its exit status, 128 and the signal if one ended it; nil if it still runs.
func exitStatus(of process: pid_t) -> Int32? {
  var status: Int32 = 0
  guard waitpid(process, &status, WNOHANG) == process else { return nil }
  let signal = status & 0x7f
  return signal == 0 ? (status >> 8) & 0xff : 128 + signal
}
