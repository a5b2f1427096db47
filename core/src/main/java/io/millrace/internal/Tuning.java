package io.millrace.internal;

/**
 * The figures that trade memory and CPU for speed, in one place, so that tests can make them small.
 *
 * @param maxSpins how often a platform thread looks for its wake-up before it yields, at most
 * @param yields how often a thread yields before it parks, at most
 * @param lingerNanos how long a thread lingers for each message that its peers may move meanwhile; 0: it does not
 * @param segmentLength messages in one segment of the buffer, at most
 * @param parker parks threads
 */
record Tuning(int maxSpins, int yields, int lingerNanos, int segmentLength, Parker parker) {
    private static final boolean SINGLE_CPU = Runtime.getRuntime().availableProcessors() == 1;

    /** What channels use unless a test says otherwise. */
    static final Tuning DEFAULT = new Tuning(SINGLE_CPU ? 0 : 256, 16, SINGLE_CPU ? 0 : 14, 64, Parker.SYSTEM);
}
