package xpayclient;

/** The gateway that requests go to. */
public enum Platform {
    /** The test gateway, where no money moves. LGD_MID begins with t there. */
    TEST,
    /** The live gateway, where money moves. */
    SERVICE
}
