package org.steadfast.distribution.cluster;

import picocli.CommandLine.Command;

/** A cluster on one machine or several. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        description = "A cluster: all of it on this machine, or the nodes of it that are.",
        subcommands = {
            ClusterCreateCommand.class,
            ClusterRunCommand.class,
            ClusterStartCommand.class,
            ClusterStopCommand.class,
            ClusterRestartCommand.class,
            ClusterKeyCommand.class,
            ClusterKeystoreCommand.class,
            ClusterCertificateCommand.class,
            ClusterSystemdCommand.class,
            ClusterStatusCommand.class,
            ClusterCheckCommand.class,
            ClusterLogCommand.class,
            ClusterLogLevelCommand.class
        })
public final class ClusterCommand {}
