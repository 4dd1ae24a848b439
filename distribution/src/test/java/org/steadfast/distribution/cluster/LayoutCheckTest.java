package org.steadfast.distribution.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LayoutCheckTest {
    @TempDir
    private Path temp;

    @Test
    void theConnectionsThatANodeOpensAreThoseOfItsSettings() throws Exception {
        assertThat(new CommandLine(new ClusterCreateCommand())
                        .execute("--free-ports", "--instance=" + temp.resolve("i")))
                .isZero();
        Instance instance = Instance.read(temp.resolve("i"));
        NodePlan node = instance.nodes(NodePlan.FOUNDATION_NODE).get(0);

        assertThat(NodeNeeds.of(node, instance.platform()).connections()).isEqualTo(LayoutCheck.CONNECTIONS_OF_NODE);
    }
}
