package org.steadfast.distribution.cluster;

import picocli.CommandLine.Command;

/** A whole cluster on one machine. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        description = "A whole cluster on this machine.",
        subcommands = {
            ClusterCreateCommand.class,
            ClusterRunCommand.class,
            ClusterRestartCommand.class,
            ClusterStatusCommand.class
        })
public final class ClusterCommand {}
