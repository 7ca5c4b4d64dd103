<?php

/**
 * How XPayClient gets its configuration: from the arguments and the files, as late as possible, and from what pages write into
 * `$config`.
 *
 * @internal
 */
trait XPayClient_Configuration
{
    use XPayClient_State;

    /** @var XPayClient_Arguments */
    private $arguments;
    /** @var array<array-key, mixed> the settings that the library has */
    private $obeyed = [];

    /**
     * @param XPayClient_Arguments $arguments
     * @return void
     */
    private function configure(XPayClient_Arguments $arguments)
    {
        $this->arguments = $arguments;
        if (is_string($arguments->home_dir)) {
            // The page may be elsewhere when it is read.
            $arguments->home_dir = XPayClient_Library::absolute($arguments->home_dir);
        }
        $this->library = XPayClient_Library::open();
        if (!$this->canWait()) {
            $this->begin(false);
        } elseif ($arguments->settings !== null) {
            $this->config = $arguments->settings;
        } else {
            // Without a value, so that the first look at it comes to lateProperty().
            unset($this->config);
        }
        if (XPayClient_Session::isMissing() && $this->wantsSession()) {
            XPayClient_Session::start();
        }
    }

    /** @return bool whether the library can be left alone until somebody needs it */
    private function canWait()
    {
        return $this->library->lazy()
            && $this->arguments->refused === null
            && ($this->arguments->settings !== null || count($this->files()) === 2)
            // A subclass with methods of its own for properties would get what is meant for ours.
            && (new ReflectionMethod($this, '__get'))->class === self::class
            && (new ReflectionMethod($this, '__isset'))->class === self::class
            && !method_exists($this, '__set');
    }

    /** @return string[] the texts of the configuration files that can be read */
    private function files()
    {
        list($home, $why) = XPayClient_Library::text($this->arguments->home_dir);
        $texts = $why !== '' ? [] : XPayClient_Library::quietly(static function () use ($home) {
            return [file_get_contents("$home/conf/mall.conf"), file_get_contents("$home/conf/lgdacom.conf")];
        });
        return array_filter($texts, 'is_string');
    }

    /** @return bool */
    private function wantsSession()
    {
        if (!$this->begun) {
            $settings = $this->arguments->settings;
            $mentioned = $settings !== null ? isset($settings['start_session']) : strpos(implode($this->files()), 'start_session') !== false;
            if (!$mentioned) {
                return true;
            }
        }
        $this->follow();
        return $this->library->call('is_on', ['start_session']) === true;
    }

    /** @return XPayClient_Library that knows the configuration */
    private function library()
    {
        if (!$this->begun) {
            $this->begin(true);
        }
        return $this->library;
    }

    /**
     * Reads $home_dir/conf/mall.conf and lgdacom.conf, unless the arguments are the whole configuration. A missing file is an
     * E_USER_ERROR.
     *
     * @param bool $keep whether a `$config` that is there already is the shop's
     * @return void
     */
    private function begin($keep)
    {
        $this->begun = true;
        $keep = $keep && array_key_exists('config', get_object_vars($this));
        $from = $this->arguments;
        $this->listener = XPayClient_Listener::of($this, $this->library);
        $initialised = $from->refused === null
            ? $this->ask($from->settings === null ? 'init' : 'init_home', ['home_dir' => $from->home_dir, 'mode' => $from->mode])
            : $this->library->call('refuse', $from->refused) === true;
        $this->obeyed = $initialised ? $this->library->settings() : [];
        foreach ($this->keys as $mid => $key) {
            $this->library->call('set_mert_key', [(string) $mid, $key]);
        }
        if (!$keep) {
            $this->config = $initialised ? $from->over($this->obeyed) : [];
        }
        $this->show();
        if ($from->refused !== null) {
            // Every later call says so too.
            $this->library = new XPayClient_Nothing($this->response_code, $this->detail);
        }
        if (!$initialised) {
            self::stop($this->detail);
        }
    }

    /**
     * `$config` before anybody has looked at it. Every other property is as PHP has it for a page.
     *
     * @param string $name
     * @return mixed
     */
    private function &lateProperty(string $name)
    {
        if ($name === 'config') {
            $this->library();
            return $this->config;
        }
        $look = static function & (object $object) use ($name) {
            return $object->$name;
        };
        $found = &Closure::bind($look, null, null)($this);
        return $found;
    }

    /**
     * @param string $name
     * @return bool
     */
    private function isLateProperty(string $name)
    {
        if ($name === 'config') {
            $this->library();
            return isset($this->config);
        }
        return false;
    }

    /**
     * Passes the constructor's MertKey as that of a merchant ID.
     *
     * @param mixed $mid
     * @return void
     */
    private function bringKey($mid)
    {
        list($bytes, $why) = XPayClient_Library::text($mid);
        if ($this->arguments->mertKey !== '' && $why === '') {
            $this->library()->call('set_mert_key', [$bytes, $this->arguments->mertKey]);
        }
    }

    /**
     * Passes changes of $config to the library. Only calls that begin something do this, never calls that read.
     *
     * @return bool if false, TX fails too
     */
    private function obey()
    {
        foreach ($this->follow() as $name => $why) {
            $this->refuse($name, $why);
            $this->show();
            return false;
        }
        return true;
    }

    /**
     * As obey(), but leaves invalid values as they were.
     *
     * @return array<string, string> the reason for each invalid value, by its name
     */
    private function follow()
    {
        $this->library();
        if ($this->config === $this->obeyed) {
            return [];
        }
        if (!is_array($this->config)) {
            return ['config' => 'is not an array'];
        }
        // A missing value, or null, takes its default.
        $given = array_filter($this->config, static function ($value) {
            return $value !== null;
        });
        foreach (array_keys(array_diff_key($this->obeyed, $given)) as $name) {
            $this->library->call('unset_config', [(string) $name]);
            unset($this->obeyed[$name]);
        }
        $wrong = [];
        foreach ($given as $name => $value) {
            if (array_key_exists($name, $this->obeyed) && $this->obeyed[$name] === $value) {
                continue;
            }
            list($bytes, $why) = XPayClient_Library::text($value);
            list(, $unnamed) = XPayClient_Library::text($name);
            if ($name === '') {
                $wrong['a setting'] = 'needs a name';
            } elseif ($why === '' && $unnamed === '') {
                if ($this->library->call('set_config', [(string) $name, $bytes]) === true) {
                    $this->obeyed[$name] = $value;
                }
            } elseif ($this->matters((string) $name)) {
                $wrong["config[$name]"] = $why !== '' ? $why : $unnamed;
            }
        }
        return $wrong;
    }

    /**
     * Whether the library would use a value of this name. Shops keep lists of their own among the settings.
     *
     * @param string $name
     * @return bool
     */
    private function matters($name)
    {
        return in_array($name, XPayClient_Library::SETTINGS, true) || isset($this->obeyed[$name]) || strncmp($name, 'MID_', 4) === 0;
    }
}
