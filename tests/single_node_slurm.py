"""A SLURM cluster of one node on this machine, on loopback, from Debian's packages."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

# Debian's packages: slurmctld, slurmd, slurm-client, munge.
COMMANDS = ("sbatch", "srun", "squeue", "sinfo", "scontrol", "scancel")
PROGRAMS = ("munged", "slurmctld", "slurmd", *COMMANDS)
START_SECONDS = 60

CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={daemon}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CryptoType=crypto/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
# Finished jobs stay known: their state is asked of the queue, as there is no accounting.
MinJobAge=3600
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory={memory} State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def missing():
    """Programs that are not installed here."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    return [name for name in PROGRAMS if shutil.which(name, path=path) is None]


def free_port():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


@contextlib.contextmanager
def cluster(cores=2):
    """Start it; yields the environment in which its commands find it.

    Raises
    ------
    RuntimeError
        If it does not come up; the ends of its logs are in the message.
    """
    # The path of a socket is short by nature: not under a long scratch folder.
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(folder / "bin"), path]),
        "SLURM_CONF": str(folder / "slurm.conf"),
    }
    running = []

    def start(*command):
        with (folder / f"{command[0]}.out").open("wb") as log:
            running.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))

    try:
        for name in ("state", "spool"):
            (folder / name).mkdir(mode=0o755)
        key = folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        (folder / "slurm.conf").write_text(
            CONFIGURATION.format(
                host=socket.gethostname().split(".")[0],
                controller=free_port(),
                daemon=free_port(),
                user=_user(),
                folder=folder,
                cores=cores,
                memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 9 // 10 // 2**20,
            )
        )
        _wrap(folder / "bin", path, folder / "slurm.conf")
        start(
            "munged", "--foreground", "--force", f"--socket={folder}/munge.socket",
            f"--key-file={key}", f"--log-file={folder}/munged.log", f"--pid-file={folder}/m.pid",
            f"--seed-file={folder}/munge.seed",
        )  # fmt: skip
        _until(lambda: (folder / "munge.socket").exists(), folder, running)
        start("slurmctld", "-D")
        start("slurmd", "-D")
        _until(lambda: _is_idle(environment), folder, running)
        yield environment
    finally:
        for process in reversed(running):
            process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _wrap(folder, path, configuration):
    """Commands that know the configuration: Snakemake clears SLURM's variables inside a job."""
    folder.mkdir()
    for name in COMMANDS:
        real = shutil.which(name, path=path)
        (folder / name).write_text(
            f'#!/bin/sh\nSLURM_CONF="{configuration}" exec "{real}" "$@"\n', encoding="utf-8"
        )
        (folder / name).chmod(0o755)


def _user():
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name


def _is_idle(environment):
    asked = subprocess.run(
        ["sinfo", "--noheader", "--format=%T"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.split() == ["idle"]


def _until(is_up, folder, running):
    end = time.monotonic() + START_SECONDS
    while not is_up():
        gone = [process.args[0] for process in running if process.poll() is not None]
        if gone or time.monotonic() > end:
            ends = "\n".join(
                f"{path.name}: {path.read_text(errors='replace')[-1500:]}"
                for path in sorted([*folder.glob("*.log"), *folder.glob("*.out")])
            )
            raise RuntimeError(f"SLURM did not come up ({', '.join(gone) or 'time'}):\n{ends}")
        time.sleep(0.2)
