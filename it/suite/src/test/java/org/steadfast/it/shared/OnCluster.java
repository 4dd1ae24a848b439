package org.steadfast.it.shared;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class whose {@code @BeforeAll} method gets a cluster that runs. Classes that ask for the same kind get the same one, one after the
 * other: whatever they make in it has names of its own, and whatever they break is started again for the next one.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SharedCluster.class)
public @interface OnCluster {
    int foundationNodes();

    int connectionServers() default 0;

    int coordinators() default 1;

    /** Whether its nodes are on machines of their own, where this system can have them, and else are plain processes. */
    boolean onMachines() default false;
}
